refused unsupported-class `logon` at search 0 node None: the dialect has no source for this class of events
