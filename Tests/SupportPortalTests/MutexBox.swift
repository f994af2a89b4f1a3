import Synchronization

/// A value that tasks of a test share.
final class MutexBox<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) { mutex = Mutex(value) }

    var value: Value { mutex.withLock { $0 } }

    func change(_ change: (inout Value) -> Void) { mutex.withLock { change(&$0) } }
}
