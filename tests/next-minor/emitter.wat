;; An emitter of huntsmith:hunt 0.2: answers one hunt with one query and a schedule, if it is asked for the form `query` and
;; no limit.
(module
  (memory (export "memory") 1)
  (data (i32.const 512) "querytextdemofind everything0 3 * * *")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (i32.load (i32.const 0)) (i32.const 4103)) (i32.const -8)))
    (i32.store (i32.const 0) (i32.sub (i32.add (local.get $at) (local.get 3)) (i32.const 4096)))
    (drop (memory.grow (i32.const 1)))
    (local.get $at))
  (func (export "init") (result i32) (i32.const 16))
  (func (export "huntsmith:hunt/emitter@0.2.0#emit")
    (param $config i32) (param i32) (param $tlp i32) (param i32) (param $properties i32) (param i32)
    (param $hunts i32) (param $count i32) (param $form i32) (param $form-length i32) (param $mapping i32) (param i32)
    (param $has-limit i32) (param $limit i32) (result i32)
    (if (i32.ne (local.get $count) (i32.const 1)) (then (unreachable)))
    (if (i32.ne (local.get $form-length) (i32.const 5)) (then (unreachable)))
    (if (local.get $has-limit) (then (unreachable)))
    ;; The answer: one result, at 80; ok, with one artifact, at 100.
    (i32.store (i32.const 64) (i32.const 80)) (i32.store (i32.const 68) (i32.const 1))
    (i32.store (i32.const 84) (i32.const 100)) (i32.store (i32.const 88) (i32.const 1))
    (i32.store (i32.const 100) (i32.const 512)) (i32.store (i32.const 104) (i32.const 5))   ;; name: query
    (i32.store (i32.const 108) (i32.const 517)) (i32.store (i32.const 112) (i32.const 4))   ;; media-type: text
    (i32.store (i32.const 116) (i32.const 521)) (i32.store (i32.const 120) (i32.const 4))   ;; language: demo
    (i32.store (i32.const 124) (i32.const 525)) (i32.store (i32.const 128) (i32.const 15))  ;; text: find everything
    (i32.store8 (i32.const 148) (i32.const 1))                                              ;; schedule: 0 3 * * *
    (i32.store (i32.const 152) (i32.const 540)) (i32.store (i32.const 156) (i32.const 9))
    (i32.const 64)))
