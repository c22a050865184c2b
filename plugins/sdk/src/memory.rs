//! Where a guest's memory comes from. A call starts from the memory that `init` left, and everything that it writes is
//! put back afterwards, page by page: so a call's blocks are cut one behind the other, from pages that `init` never
//! wrote, and a freed block serves the next request of its size. Nothing is ever searched or joined.

#[cfg(any(test, target_arch = "wasm32"))]
mod blocks;

#[cfg(target_arch = "wasm32")]
mod guest {
    use super::blocks::{Blocks, Pages};
    use core::alloc::{GlobalAlloc, Layout};
    use core::cell::UnsafeCell;

    const WASM_PAGE: usize = 64 << 10;
    /// Asking the host costs as much as copying some pages: not more often than for this many bytes.
    const LEAST: usize = 512 << 10;

    struct LinearMemory;

    impl Pages for LinearMemory {
        fn more(&mut self, bytes: usize) -> Option<(usize, usize)> {
            let pages = bytes.max(LEAST).div_ceil(WASM_PAGE);
            let few = bytes.div_ceil(WASM_PAGE);
            // Near the limit less is better than nothing.
            [pages, few].into_iter().find_map(|pages| match core::arch::wasm32::memory_grow(0, pages) {
                usize::MAX => None,
                at => Some((at * WASM_PAGE, pages * WASM_PAGE)),
            })
        }
    }

    struct Guest(UnsafeCell<Blocks<LinearMemory>>);

    // SAFETY: a guest has one thread.
    unsafe impl Sync for Guest {}

    #[global_allocator]
    static GUEST: Guest = Guest(UnsafeCell::new(Blocks::new(LinearMemory)));

    // SAFETY: blocks are as long and aligned as their layouts ask and are given to one caller at a time; nothing here
    // allocates, so that no two borrows of the cell exist.
    unsafe impl GlobalAlloc for Guest {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            unsafe { (*self.0.get()).allocate(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            unsafe { (*self.0.get()).release(block, layout) }
        }

        unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
            unsafe { (*self.0.get()).resize(block, layout, size) }
        }
    }

    /// Called by the export macros when `init` is over.
    pub fn seal() {
        // SAFETY: as above.
        unsafe { (*GUEST.0.get()).seal() }
    }
}

#[cfg(target_arch = "wasm32")]
pub use guest::seal;

/// A plugin's own tests allocate as every program does.
#[cfg(not(target_arch = "wasm32"))]
pub fn seal() {}
