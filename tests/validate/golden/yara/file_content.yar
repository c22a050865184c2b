import "hash"

rule hunt_file_content {
  meta:
    title = "Files that hold an implant's words"
    id = "320864da-dda0-5b86-879a-d187baeb379e"
  strings:
    $s1 = "EvilBeacon/1.0 \"x\"\\" ascii wide nocase
    $s2 = "| delete" ascii wide nocase
    $s3 = "gate" ascii wide fullword
  condition:
    ((($s1 or $s2) and $s3 and filesize < 100000) or hash.sha256(0, filesize) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
}
