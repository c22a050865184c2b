//! Work on many things at once whose results come in the order of the work, whatever finished first, and without holding
//! more of them than the workers are ahead.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::mpsc::sync_channel;

/// Maps `work` over `inputs` with `jobs` threads and hands the results to `sink` in the order of the inputs. Inputs are
/// taken when a worker is free, and at most a few a worker are under way.
///
/// A panic in `work` is passed on.
pub fn ordered<I, O>(
    jobs: usize,
    inputs: impl Iterator<Item = I> + Send,
    work: impl Fn(I) -> O + Sync,
    mut sink: impl FnMut(O),
) where
    I: Send,
    O: Send,
{
    let jobs = jobs.max(1);
    let ahead = jobs * 4;
    let source = Mutex::new(inputs.enumerate());
    let (sender, receiver) = sync_channel::<(usize, std::thread::Result<O>)>(ahead);
    // One permit an input that is under way or waits for an earlier one.
    let (give, take) = sync_channel::<()>(ahead);
    let take = Mutex::new(take);
    std::thread::scope(|scope| {
        for _ in 0..ahead {
            let _ = give.send(());
        }
        for _ in 0..jobs {
            let (sender, source, take, work) = (sender.clone(), &source, &take, &work);
            scope.spawn(move || {
                loop {
                    if take.lock().is_ok_and(|take| take.recv().is_err()) {
                        return;
                    }
                    let next = match source.lock() {
                        Ok(mut source) => source.next(),
                        Err(_) => return,
                    };
                    let Some((index, input)) = next else { return };
                    // A panic must not leave the others waiting for this result: it is handed on like one.
                    let output = catch_unwind(AssertUnwindSafe(|| work(input)));
                    if sender.send((index, output)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut panicked = None;
        let mut next = 0;
        for (index, output) in receiver {
            waiting.insert(index, output);
            while let Some(output) = waiting.remove(&next) {
                match output {
                    Ok(output) => sink(output),
                    Err(panic) => panicked = panicked.or(Some(panic)),
                }
                next += 1;
                let _ = give.try_send(());
            }
        }
        drop(give);
        if let Some(panic) = panicked {
            resume_unwind(panic);
        }
    });
}

/// Maps `work` over `inputs` with `jobs` threads; results in the order of the inputs.
pub fn parallel<I: Send, O: Send>(jobs: usize, inputs: Vec<I>, work: impl Fn(I) -> O + Sync) -> Vec<O> {
    let mut outputs = Vec::with_capacity(inputs.len());
    ordered(jobs, inputs.into_iter(), work, |output| outputs.push(output));
    outputs
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn results_come_in_the_order_of_the_inputs() {
        for jobs in [1, 2, 7] {
            let outputs = parallel(jobs, (0..200_u64).collect(), |i| {
                std::thread::sleep(std::time::Duration::from_micros((i * 37) % 190));
                i * 2
            });
            assert_eq!(outputs, (0..200).map(|i| i * 2).collect::<Vec<_>>());
        }
        assert!(parallel(3, Vec::<u8>::new(), |i| i).is_empty());
    }

    #[test]
    fn a_panic_is_passed_on_and_hangs_nobody() {
        let outcome = catch_unwind(|| parallel(2, (0..100).collect(), |i| assert_ne!(i, 3)));
        assert!(outcome.is_err());
    }

    #[test]
    fn only_a_few_inputs_are_taken_before_the_first_result_is_out() {
        let taken = AtomicUsize::new(0);
        let inputs = (0..1_000).inspect(|_| {
            taken.fetch_add(1, Ordering::SeqCst);
        });
        let mut most = 0;
        let mut done = 0;
        ordered(
            2,
            inputs,
            |i| i,
            |_| {
                done += 1;
                most = most.max(taken.load(Ordering::SeqCst) - done);
            },
        );
        assert_eq!(done, 1_000);
        assert!(most <= 2 * 4 + 2, "{most} inputs were under way");
    }
}
