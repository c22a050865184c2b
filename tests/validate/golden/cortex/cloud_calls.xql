refused unsupported-class `aws/cloudtrail` at search 0 node None: the dialect has no source for this class of events
