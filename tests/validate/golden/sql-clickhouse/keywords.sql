refused unsupported-operator `keywords` at search 0 node Some(0): the dialect looks into fields, not into the event's text
