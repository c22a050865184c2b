refused unsupported-field `Image` at search 0 node Some(0): no column of this source carries the field (files); it carries: Content, FileSize, Hashes, md5, sha1, sha256
refused unsupported-class `network_connection` at search 1 node None: the dialect has no source for this class of events
