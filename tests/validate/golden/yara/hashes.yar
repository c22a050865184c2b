import "hash"

rule hunt_hashes {
  meta:
    title = "File hash hunt"
    id = "8689649d-c1ff-5430-9836-6b6ae915eb5e"
  condition:
    ((hash.sha256(0, filesize) == "ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12" or hash.md5(0, filesize) == "0123456789abcdef0123456789abcdef" or hash.sha1(0, filesize) == "0123456789012345678901234567890123456789") or (hash.sha256(0, filesize) == "ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12" or hash.md5(0, filesize) == "0123456789abcdef0123456789abcdef" or hash.sha1(0, filesize) == "0123456789012345678901234567890123456789"))
}
