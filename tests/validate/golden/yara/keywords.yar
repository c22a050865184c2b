refused unsupported-operator `contains` at search 0 node Some(0): words in an event are no words in a file
