refused unsupported-field `Image` at search 0 node Some(0): no column of this source carries the field (files); it carries: Content, FileSize, Hashes, md5, sha1, sha256
