refused unsupported-class `cloud_api` at search 0 node None: the dialect has no source for this class of events
