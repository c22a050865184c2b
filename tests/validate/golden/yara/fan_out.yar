refused unsupported-class `network_connection` at search 0 node None: the dialect has no source for this class of events
