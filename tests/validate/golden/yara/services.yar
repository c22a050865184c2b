refused unsupported-class `create_service` at search 0 node None: the dialect has no source for this class of events
