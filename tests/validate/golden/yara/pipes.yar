refused unsupported-class `pipe_created` at search 0 node None: the dialect has no source for this class of events
