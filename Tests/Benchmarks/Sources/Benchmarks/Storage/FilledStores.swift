import Foundation
import SupportPortal

/// Our store and the peer's, each in a directory with the same tickets: filled once, and kept for later runs where that is wanted.
struct FilledStores: Sendable {
    let directory: URL
    let samples: SampleTickets
    private var state: State

    /// What is known of the directories, kept beside them.
    private struct State: Codable {
        /// The place of the first ticket that was never stored.
        var next: Int
        var sizes: Sizes
    }

    /// Bytes on the disk.
    struct Sizes: Codable, Sendable {
        var oursFilled = 0
        var oursCompacted = 0
        var peerFilled = 0
        var peerCompacted = 0
    }

    var sizes: Sizes { state.sizes }
    var ours: URL { directory.appending(path: "ours") }
    var peer: URL { directory.appending(path: "peer") }
    private var stateFile: URL { directory.appending(path: "state.json") }

    init(_ count: Int, in parent: URL, _ progress: @escaping @Sendable (String) -> Void) async throws {
        directory = parent.appending(path: "tickets-\(count)")
        samples = SampleTickets(count: count)
        state = State(next: count, sizes: Sizes())
        if let data = try? Data(contentsOf: stateFile) {
            state = try JSONDecoder().decode(State.self, from: data)
            return
        }
        try? FileManager.default.removeItem(at: directory)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        // Beside each other, as it takes long and nothing but the end counts. What a transaction of the peer costs grows little with its size.
        let (samples, ours, peer) = (samples, ours, peer)
        async let fillingOurs = Self.fill(ours, samples, 500, progress) { directory, create in
            try await OurStore(directory, create: create, .relaxed)
        }
        async let fillingPeer = Self.fill(peer, samples, 5_000, progress) { directory, create in
            let store = try PeerStore(directory, create: create, .relaxed)
            if create { try await store.hurry() }
            return store
        }
        (state.sizes.oursFilled, state.sizes.oursCompacted) = try await fillingOurs
        (state.sizes.peerFilled, state.sizes.peerCompacted) = try await fillingPeer
        try save()
    }

    /// Fills a store without a sync for each commit, and measures it closed, before and after it was compacted.
    private static func fill(
        _ directory: URL, _ samples: SampleTickets, _ step: Int, _ progress: @Sendable (String) -> Void,
        _ open: @Sendable (URL, Bool) async throws -> any StorageContestant
    ) async throws -> (filled: Int, compacted: Int) {
        let clock = ContinuousClock()
        let start = clock.now
        let store = try await open(directory, true)
        var commit = samples.commit(0..<min(step, samples.count))
        for first in stride(from: 0, to: samples.count, by: step) {
            // The next one is made while this one is stored.
            async let next = samples.commit(min(first + step, samples.count)..<min(first + 2 * step, samples.count))
            try await store.commit(commit)
            commit = await next
        }
        try await store.close()
        let filled = try Files(in: directory).bytes
        let filling = (clock.now - start) / .seconds(1)
        let again = try await open(directory, false)
        try await again.compact()
        try await again.close()
        let seconds = (clock.now - start) / .seconds(1)
        progress("filled \(directory.lastPathComponent) in \(Int(filling)) s, compacted it in \(Int(seconds - filling)) s")
        return (filled, try Files(in: directory).bytes)
    }

    private func save() throws { try JSONEncoder().encode(state).write(to: stateFile) }

    /// Places of tickets that were never stored.
    mutating func takePlaces(_ count: Int) throws -> Range<Int> {
        let places = state.next..<state.next + count
        state.next += count
        // Before they are used, so that none is used again after a run that was broken off.
        try save()
        return places
    }
}
