//! Blocks by size class, cut from pages one behind the other.

use core::alloc::Layout;
use core::ptr::null_mut;

/// Every block is a multiple of this long and lies on a multiple of it.
const UNIT: usize = 16;
/// Up to this size there is a class of blocks for each multiple of [`UNIT`]; above it four for each doubling, so that a
/// block is at most a quarter longer than what was asked for.
const EXACT: usize = 1 << 10;
const CLASSES: usize = EXACT / UNIT + 4 * 22;
/// Pages of this size are what the host puts back.
const PAGE: usize = 4 << 10;
/// What a call may write before it has to ask the host for more.
const ROOM: usize = 1 << 20;

/// Something that gives memory, never the same twice, all of it zero.
pub trait Pages {
    /// At least so many bytes: where they start, and how many they are.
    fn more(&mut self, bytes: usize) -> Option<(usize, usize)>;
}

/// A freed block; the next of its class stands in its first word.
struct Freed(*mut Freed);

pub struct Blocks<P> {
    pages: P,
    freed: [*mut Freed; CLASSES],
    /// From here to `end` nothing is cut yet.
    next: usize,
    /// Nothing was ever written from here on.
    high: usize,
    end: usize,
}

/// The class of a size, and how long its blocks are.
const fn class(size: usize) -> (usize, usize) {
    if size <= EXACT {
        let units = if size == 0 { 1 } else { size.div_ceil(UNIT) };
        return (units - 1, units * UNIT);
    }
    // The two bits below the highest of `size - 1` are the quarter of the doubling that it lies in.
    let last = size - 1;
    let doubling = last.ilog2();
    let quarter = (last >> (doubling - 2)) & 3;
    let above = (doubling - EXACT.ilog2()) as usize;
    (EXACT / UNIT + above * 4 + quarter, (1 << doubling) + ((quarter + 1) << (doubling - 2)))
}

impl<P: Pages> Blocks<P> {
    pub const fn new(pages: P) -> Self {
        Self { pages, freed: [null_mut(); CLASSES], next: 0, high: 0, end: 0 }
    }

    pub fn allocate(&mut self, layout: Layout) -> *mut u8 {
        let (class, length) = class(layout.size());
        if class >= CLASSES {
            return null_mut();
        }
        let freed = self.freed[class];
        if !freed.is_null() && layout.align() <= UNIT {
            // SAFETY: a block of this list is at least a unit long, belongs to nobody, and its first word was written by
            // `release`.
            self.freed[class] = unsafe { (*freed).0 };
            return freed.cast();
        }
        self.cut(length, layout.align())
    }

    /// A new block.
    fn cut(&mut self, length: usize, align: usize) -> *mut u8 {
        let mut start = self.next.next_multiple_of(align.max(UNIT));
        if start.checked_add(length).is_none_or(|end| end > self.end) {
            let Some((from, bytes)) = self.pages.more(length + align) else { return null_mut() };
            if from != self.end {
                (self.next, self.high) = (from, from);
            }
            self.end = from + bytes;
            start = self.next.next_multiple_of(align.max(UNIT));
        }
        self.next = start + length;
        self.high = self.high.max(self.next);
        core::ptr::with_exposed_provenance_mut(start)
    }

    /// # Safety
    /// `block` came from here for `layout`, and nobody uses it any more.
    pub unsafe fn release(&mut self, block: *mut u8, layout: Layout) {
        let (class, length) = class(layout.size());
        if block.expose_provenance() + length == self.next {
            self.next -= length;
            return;
        }
        let freed: *mut Freed = block.cast();
        // SAFETY: the block is the caller's, at least a unit long and on a multiple of it.
        unsafe { *freed = Freed(self.freed[class]) };
        self.freed[class] = freed;
    }

    /// # Safety
    /// As for [`release`](Self::release); `size` is not 0 and does not overflow with the layout's alignment.
    pub unsafe fn resize(&mut self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let ((class_was, was), (class_is, is)) = (class(layout.size()), class(size));
        if class_was == class_is {
            return block;
        }
        let start = block.expose_provenance();
        if start + was == self.next && start + is <= self.end {
            self.next = start + is;
            self.high = self.high.max(self.next);
            return block;
        }
        // SAFETY: the caller's alignment and size make a layout.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        let other = self.allocate(wanted);
        if !other.is_null() {
            // SAFETY: both blocks are at least so long, and different.
            unsafe {
                core::ptr::copy_nonoverlapping(block, other, layout.size().min(size));
                self.release(block, layout);
            }
        }
        other
    }

    /// Ends what `init` did: its freed blocks become zeros, and the next block starts a page of its own.
    pub fn seal(&mut self) {
        for class_of in 0..CLASSES {
            let mut freed = core::mem::replace(&mut self.freed[class_of], null_mut());
            while !freed.is_null() {
                // SAFETY: as in `allocate`; the block's class says how long it is.
                unsafe {
                    let next = (*freed).0;
                    freed.cast::<u8>().write_bytes(0, length_of(class_of));
                    freed = next;
                }
            }
        }
        let rest: *mut u8 = core::ptr::with_exposed_provenance_mut(self.next);
        // SAFETY: from `next` to `high` was cut once and is nobody's any more.
        unsafe { rest.write_bytes(0, self.high - self.next) };
        self.next = self.next.next_multiple_of(PAGE).min(self.end);
        self.high = self.next;
        let layout = Layout::from_size_align(ROOM, UNIT).expect("a size and a power of two");
        let room = self.allocate(layout);
        if !room.is_null() {
            // SAFETY: it was allocated on the line above.
            unsafe { self.release(room, layout) };
            self.high = self.next;
        }
    }
}

/// How long the blocks of a class are.
const fn length_of(class: usize) -> usize {
    match class.checked_sub(EXACT / UNIT) {
        None => (class + 1) * UNIT,
        Some(above) => {
            let doubling = EXACT.ilog2() as usize + above / 4;
            (1 << doubling) + ((above % 4 + 1) << (doubling - 2))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Memory as a guest's is: one piece that grows at its end.
    struct Room {
        bytes: Vec<u128>,
        given: usize,
    }

    impl Pages for Room {
        fn more(&mut self, bytes: usize) -> Option<(usize, usize)> {
            let bytes = bytes.next_multiple_of(64 << 10);
            let at = self.bytes.as_mut_ptr().expose_provenance() + self.given;
            (self.given + bytes <= self.bytes.len() * 16).then(|| {
                self.given += bytes;
                (at, bytes)
            })
        }
    }

    fn blocks(bytes: usize) -> Blocks<Room> {
        Blocks::new(Room { bytes: vec![0; bytes / 16], given: 0 })
    }

    fn layout(size: usize, align: usize) -> Layout {
        Layout::from_size_align(size, align).unwrap()
    }

    #[test]
    fn a_block_is_long_enough_and_wastes_a_quarter_at_most() {
        for size in (0..5_000).chain((5_000..4 << 20).step_by(997)).chain([1 << 31, (1 << 31) + 1]) {
            let (class, length) = class(size);
            assert_eq!(length, length_of(class), "{size}");
            assert!(length >= size && length <= (size + size / 4).max(size + UNIT), "{size}: {length}");
            assert_eq!(length % UNIT, 0);
        }
        assert_eq!(class(u32::MAX as usize).0, CLASSES - 1);
    }

    #[test]
    fn blocks_do_not_overlap_and_keep_what_was_written() {
        let mut memory = blocks(64 << 20);
        let mut held: Vec<(*mut u8, Layout, u8)> = Vec::new();
        // A fixed sequence of sizes, alignments and choices.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for turn in 0..20_000 {
            let mark = turn as u8;
            match random(3) {
                0 if !held.is_empty() => {
                    let (block, layout, mark) = held.swap_remove(random(held.len()));
                    unsafe {
                        assert!((0..layout.size()).all(|i| *block.add(i) == mark));
                        memory.release(block, layout);
                    }
                }
                1 if !held.is_empty() => {
                    let place = random(held.len());
                    let (block, was, old) = held[place];
                    let size = 1 + random(3_000);
                    unsafe {
                        let block = memory.resize(block, was, size);
                        assert!((0..was.size().min(size)).all(|i| *block.add(i) == old));
                        block.write_bytes(mark, size);
                        held[place] = (block, layout(size, was.align()), mark);
                    }
                }
                _ => {
                    let layout = layout(1 + random(2_000), 1 << random(7));
                    let block = memory.allocate(layout);
                    assert!(!block.is_null() && block.addr().is_multiple_of(layout.align()));
                    unsafe { block.write_bytes(mark, layout.size()) };
                    held.push((block, layout, mark));
                }
            }
        }
        assert!(held.iter().all(|(block, layout, mark)| (0..layout.size()).all(|i| unsafe { *block.add(i) } == *mark)));
    }

    #[test]
    fn what_comes_after_init_starts_a_page_of_zeros() {
        let mut memory = blocks(64 << 20);
        let kept = memory.allocate(layout(100, 8));
        let (spent, last) = (memory.allocate(layout(9_000, 8)), memory.allocate(layout(50, 8)));
        unsafe {
            for (block, size) in [(kept, 100), (spent, 9_000), (last, 50)] {
                block.write_bytes(7, size);
            }
            memory.release(spent, layout(9_000, 8));
            memory.release(last, layout(50, 8));
        }
        memory.seal();
        unsafe {
            assert!((0..100).all(|i| *kept.add(i) == 7), "what init keeps stays");
            assert!((0..9_000).all(|i| *spent.add(i) == 0), "what it freed is zero");
        }
        let first = memory.allocate(layout(9_000, 8));
        assert_eq!(first.addr() % PAGE, 0);
        assert!(first.addr() > spent.addr() + 9_000);
    }

    #[test]
    fn no_memory_is_a_null_pointer() {
        let mut memory = blocks(1 << 20);
        assert!(memory.allocate(layout(2 << 20, 8)).is_null());
        assert!(!memory.allocate(layout(64, 8)).is_null());
    }
}
