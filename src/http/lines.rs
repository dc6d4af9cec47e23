//! Lines to callers, as they are watched: one on which nobody asks anything for too long is let go.
//!
//! One beat goes through all lines. A timer for each request would cost it a part of what its answer costs, and nearly all of them
//! would be taken back a moment later.

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::task::AtomicWaker;
use tokio::time::{MissedTickBehavior, interval};

/// How often all lines are looked at.
const BEAT: Duration = Duration::from_millis(500);

/// All lines.
#[derive(Debug)]
pub(super) struct Lines {
    all: Mutex<Vec<Weak<Line>>>,
    beat: AtomicU64,
    /// For how many beats nothing may go on.
    most: u64,
}

/// A line to a caller.
#[derive(Debug)]
pub(super) struct Line {
    lines: Arc<Lines>,
    /// What goes on: requests that are answered, and answers that wait to be read.
    busy: AtomicU32,
    /// The beat at which something last went on.
    stirred: AtomicU64,
    /// Whether anything was ever asked.
    heard: AtomicBool,
    /// Whether it is to be closed.
    closing: AtomicBool,
    waker: AtomicWaker,
}

/// What the one who serves a line is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// To end it: nobody asks anything.
    LetGo,
    /// To answer what is asked already, and end it.
    Close,
}

/// Says that something goes on, as long as it is there.
#[derive(Debug)]
pub(super) struct Busy(Arc<Line>);

impl Lines {
    /// Lines on which nothing may go on for so long.
    pub(super) fn new(most: Duration) -> Lines {
        let most = most.div_duration_f64(BEAT).ceil() as u64;
        Lines { all: Mutex::default(), beat: AtomicU64::new(0), most }
    }

    /// A new line.
    pub(super) fn open(self: &Arc<Self>) -> Arc<Line> {
        let line = Arc::new(Line {
            lines: Arc::clone(self),
            busy: AtomicU32::new(0),
            stirred: AtomicU64::new(self.beat.load(Ordering::Relaxed)),
            heard: AtomicBool::new(false),
            closing: AtomicBool::new(false),
            waker: AtomicWaker::new(),
        });
        self.all.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&line));
        line
    }

    /// Tells the lines on which nothing went on for too long, again and again.
    pub(super) async fn watch(&self) {
        let mut beats = interval(BEAT);
        beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            beats.tick().await;
            self.beat();
        }
    }

    fn beat(&self) {
        self.beat.fetch_add(1, Ordering::Relaxed);
        self.each(|line| {
            if line.is_silent() {
                line.waker.wake();
            }
        });
    }

    /// Tells all lines to close.
    pub(super) fn close(&self) {
        self.each(|line| {
            line.closing.store(true, Ordering::Release);
            line.waker.wake();
        });
    }

    /// Does something with each line that is still there.
    fn each(&self, act: impl Fn(&Line)) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|line| line.upgrade().inspect(|line| act(line)).is_some());
    }
}

impl Line {
    /// Something that goes on until this is dropped.
    pub(super) fn busy(self: &Arc<Self>) -> Busy {
        self.heard.store(true, Ordering::Relaxed);
        self.busy.fetch_add(1, Ordering::Relaxed);
        Busy(Arc::clone(self))
    }

    /// Whether nothing went on for too long.
    fn is_silent(&self) -> bool {
        let beats = self.lines.beat.load(Ordering::Relaxed).saturating_sub(self.stirred.load(Ordering::Relaxed));
        self.busy.load(Ordering::Relaxed) == 0 && beats > self.lines.most
    }

    /// Whether anything was ever asked.
    pub(super) fn was_heard(&self) -> bool {
        self.heard.load(Ordering::Relaxed)
    }

    /// The next order.
    pub(super) async fn order(&self) -> Order {
        poll_fn(|context| self.poll_order(context)).await
    }

    fn poll_order(&self, context: &mut Context<'_>) -> Poll<Order> {
        self.waker.register(context.waker());
        if self.closing.load(Ordering::Acquire) {
            Poll::Ready(Order::Close)
        } else if self.is_silent() {
            Poll::Ready(Order::LetGo)
        } else {
            Poll::Pending
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let Busy(line) = self;
        line.stirred.store(line.lines.beat.load(Ordering::Relaxed), Ordering::Relaxed);
        line.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn told(line: &Line) -> Option<Order> {
        line.order().now_or_never()
    }

    #[test]
    fn a_line_is_let_go_where_nothing_goes_on() {
        let lines = Arc::new(Lines::new(3 * BEAT));
        let (idle, busy) = (lines.open(), lines.open());
        let going_on = busy.busy();
        let beat = |times: usize| (0..times).for_each(|_| lines.beat());
        beat(3);
        assert_eq!((told(&idle), told(&busy)), (None, None), "not yet");
        beat(1);
        assert_eq!((told(&idle), told(&busy)), (Some(Order::LetGo), None), "something goes on");
        drop(going_on);
        beat(3);
        assert_eq!(told(&busy), None, "something went on a moment ago");
        beat(1);
        drop(busy.busy());
        assert_eq!(told(&busy), None, "something was asked after all");
        beat(4);
        assert_eq!(told(&busy), Some(Order::LetGo));
        lines.close();
        assert_eq!((told(&idle), told(&busy)), (Some(Order::Close), Some(Order::Close)));
        drop((idle, busy));
        lines.close();
        assert!(lines.all.lock().unwrap_or_else(PoisonError::into_inner).is_empty(), "what is gone is forgotten");
    }
}
