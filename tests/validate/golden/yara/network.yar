refused unsupported-class `network_connection` at search 0 node None: the dialect has no source for this class of events
refused unsupported-class `dns_query` at search 1 node None: the dialect has no source for this class of events
refused unsupported-class `proxy` at search 2 node None: the dialect has no source for this class of events
