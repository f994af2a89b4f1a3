import JSONLog
import Synchronization

/// Runs an actor's jobs in order on a POSIX thread of its own, for calls that block.
///
/// The thread begins with a job and ends when there is none left, so nothing has to be stopped or joined; beginning one takes some
/// ten microseconds, less than what is read meanwhile.
final class ThreadExecutor: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isRunning = false
    }

    private let state = Mutex(State())

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let mustStart = state.withLock { state in
            state.jobs.append(job)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if mustStart { BackgroundThread.run { self.runJobs() } }
    }

    private func runJobs() {
        while let job = nextJob() { unsafe job.runSynchronously(on: asUnownedSerialExecutor()) }
    }

    private func nextJob() -> UnownedJob? {
        state.withLock { state in
            guard !state.jobs.isEmpty else {
                state.isRunning = false
                return nil
            }
            return state.jobs.removeFirst()
        }
    }
}
