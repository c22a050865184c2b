refused unsupported-stage `stages` at stage 0 node None: the dialect finds events; it cannot work on what it found
