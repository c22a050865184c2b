refused unsupported-operator `contains` at search 0 node Some(3): the dialect has no such comparison with another field
