public import SupportPortal
import Synchronization

extension PortalEnvironment {
    /// An environment that repeats: the time is that of a clock turned by hand, ids count up, chance comes from a seed.
    public static func deterministic(clock: ManualClock, seed: UInt64 = 1) -> PortalEnvironment {
        let source = DeterministicSource(seed: seed)
        var environment = PortalEnvironment()
        environment.now = { clock.now }
        environment.sleep = { try await clock.sleep($0) }
        environment.makeID = { source.makeID() }
        environment.makeSecret = { source.makeSecret() }
        environment.random = { source.random() }
        return environment
    }
}

private final class DeterministicSource: Sendable {
    private let state: Mutex<(count: Int, generator: SeededGenerator)>

    init(seed: UInt64) { state = Mutex((0, SeededGenerator(seed: seed))) }

    func makeID() -> String {
        let count = state.withLock { state in
            state.count += 1
            return state.count
        }
        let digits = String(count)
        return "id-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    func makeSecret() -> [UInt8] {
        state.withLock { state in (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &state.generator) } }
    }

    func random() -> UInt64 { state.withLock { $0.generator.next() } }
}
