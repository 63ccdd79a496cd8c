//! The word to stop: a workflow that was cancelled, or a person at the keyboard.

use anyhow::Context;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens from the start, so that a word between two requests is not lost.
#[derive(Debug)]
pub(super) struct Stop {
    was_told: bool,
    #[cfg(unix)]
    signals: [Signal; 2],
}

impl Stop {
    /// Starts to listen; called inside of a runtime.
    ///
    /// The first process of a container would otherwise ignore both signals.
    pub(super) fn listen() -> anyhow::Result<Self> {
        #[cfg(unix)]
        let listen = |kind| signal(kind).context("listening for the word to stop");
        Ok(Self {
            was_told: false,
            #[cfg(unix)]
            signals: [listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?],
        })
    }

    /// Ends once the word was said, then and ever after.
    pub(super) async fn told(&mut self) {
        if self.was_told {
            return;
        }
        #[cfg(unix)]
        {
            let [terminate, interrupt] = &mut self.signals;
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        self.was_told = true;
    }
}
