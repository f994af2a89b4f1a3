#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

// Not part of any target. On Linux the thread sanitizer does not see the futexes of Synchronization's Mutex and takes every access under it for
// a race: two tasks that count under one are enough. So the stage `sanitize` of `.ci/run` puts this file into each module of a copy of the package, where it
// takes the place of that Mutex: the same functions on a POSIX mutex, which the sanitizer knows.

/// Synchronization's `Mutex`, as far as this package uses it.
@safe final class Mutex<Value>: @unchecked Sendable {
    // Unchecked: the value is touched only between lock and unlock.
    private var value: Value
    private let lock: UnsafeMutablePointer<pthread_mutex_t>

    init(_ value: sending Value) {
        self.value = value
        unsafe lock = .allocate(capacity: 1)
        unsafe pthread_mutex_init(lock, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(lock)
        unsafe lock.deallocate()
    }

    func withLock<Result, Failure: Error>(_ body: (inout sending Value) throws(Failure) -> sending Result) throws(Failure)
        -> sending Result
    {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return try body(&value)
    }
}
