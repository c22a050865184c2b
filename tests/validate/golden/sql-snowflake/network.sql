refused unsupported-operator `within` at search 0 node Some(1): the dialect has no such comparison
