refused unsupported-value `U+000A` at search 0 node Some(4): the dialect has no way to write this character in a literal
