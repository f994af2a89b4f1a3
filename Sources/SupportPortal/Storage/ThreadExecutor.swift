import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

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
        // Where no thread can be had, blocking here is slow but right.
        if mustStart, !startThread() { runJobs() }
    }

    private func startThread() -> Bool {
        var attributes = pthread_attr_t()
        guard unsafe pthread_attr_init(&attributes) == 0 else { return false }
        defer { unsafe pthread_attr_destroy(&attributes) }
        unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let retained = unsafe Unmanaged.passRetained(self)
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        let status = unsafe pthread_create(&thread, &attributes, runJobsOfExecutor, retained.toOpaque())
        if status != 0 { unsafe retained.release() }
        return status == 0
    }

    fileprivate func runJobs() {
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

#if canImport(Darwin)
private func runJobsOfExecutor(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    unsafe Unmanaged<ThreadExecutor>.fromOpaque(context).takeRetainedValue().runJobs()
    return nil
}
#else
private func runJobsOfExecutor(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context = unsafe context { unsafe Unmanaged<ThreadExecutor>.fromOpaque(context).takeRetainedValue().runJobs() }
    return nil
}
#endif
