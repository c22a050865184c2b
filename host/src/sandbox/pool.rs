//! Room for instances. The engine's pool has a fixed number of slots; a call that finds none free waits. Warm instances
//! keep their slots between calls and give them up when somebody waits.

use super::plugin::Ready;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// The slots of an engine's pool and the warm instances that wait in some of them.
pub(crate) struct Pool {
    state: Mutex<State>,
    freed: Condvar,
}

struct State {
    free: u32,
    /// Oldest first, each with its plugin's serial number.
    idle: VecDeque<(u64, Ready)>,
}

/// Slots that somebody holds; given back when dropped.
pub(crate) struct Slots {
    pool: Arc<Pool>,
    count: u32,
}

impl Drop for Slots {
    fn drop(&mut self) {
        self.pool.lock().free += self.count;
        self.pool.freed.notify_all();
    }
}

impl Pool {
    pub fn new(slots: u32) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(State { free: slots, idle: VecDeque::new() }), freed: Condvar::new() })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A warm instance of the plugin, the one that was used last.
    pub fn warm(&self, serial: u64) -> Option<Ready> {
        let mut state = self.lock();
        let place = state.idle.iter().rposition(|(owner, _)| *owner == serial)?;
        state.idle.remove(place).map(|(_, ready)| ready)
    }

    /// Keeps an instance for the plugin's next call.
    pub fn park(&self, serial: u64, ready: Ready) {
        self.lock().idle.push_back((serial, ready));
        // Somebody who waits for a slot may take this one.
        self.freed.notify_all();
    }

    /// Lets a plugin's warm instances go.
    pub fn forget(&self, serial: u64) {
        let mut gone = Vec::new();
        let mut state = self.lock();
        let (mine, others) = std::mem::take(&mut state.idle).into_iter().partition(|(owner, _)| *owner == serial);
        state.idle = others;
        let mine: VecDeque<(u64, Ready)> = mine;
        gone.extend(mine);
        drop(state);
        // Dropped here, outside the lock: an instance's slots come back through it.
        drop(gone);
    }

    /// Takes slots, waiting for them. `count` is at most what the pool has.
    pub fn acquire(self: &Arc<Self>, count: u32) -> Slots {
        let mut state = self.lock();
        loop {
            if state.free >= count {
                state.free -= count;
                return Slots { pool: Arc::clone(self), count };
            }
            state = match state.idle.pop_front() {
                Some(oldest) => {
                    drop(state);
                    drop(oldest);
                    self.lock()
                }
                None => self.freed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}
