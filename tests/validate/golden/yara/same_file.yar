refused unsupported-field `Image` at search 0 node Some(0): no column of this source carries the field (files); it carries: Content, FileSize, Hashes, md5, sha1, sha256
refused unsupported-field `Image` at search 0 node Some(1): no column of this source carries the field (files); it carries: Content, FileSize, Hashes, md5, sha1, sha256
refused unsupported-field `ParentCommandLine` at search 0 node Some(3): no column of this source carries the field (files); it carries: Content, FileSize, Hashes, md5, sha1, sha256
