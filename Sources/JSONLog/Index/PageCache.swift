import Synchronization

/// Keeps pages that have been read, up to a number of bytes; shared by all runs of an index, and by all threads.
///
/// A page has few places where it can be, all in one small group; in each group, what is asked for least makes room.
final class PageCache: Sendable {
    private struct Slot: Sendable {
        var run: UInt64
        var offset: Int
        var page: IndexPage
        /// How often it was asked for lately, up to a few times.
        var hits: UInt8
    }

    /// Up to ``groupSize`` bytes of pages, in no order.
    private struct Group: Sendable {
        var slots: [Slot] = []
        var bytes = 0
        var hand = 0

        mutating func makeRoom(_ size: Int) {
            while bytes + size > groupSize, !slots.isEmpty {
                if hand >= slots.count { hand = 0 }
                if slots[hand].hits > 0 {
                    slots[hand].hits -= 1
                    hand += 1
                } else {
                    bytes -= slots[hand].page.bytes.count
                    slots.remove(at: hand)
                }
            }
        }
    }

    /// A part of the cache with a lock of its own.
    private final class Shard: Sendable {
        let groups: Mutex<[Group]>

        init(count: Int) { groups = Mutex(Array(repeating: Group(), count: count)) }
    }

    private static var groupSize: Int { 8 * IndexPage.size }
    private static var shardCount: Int { 16 }
    private static var mostHits: UInt8 { 3 }

    private let shards: [Shard]
    private let groupCount: UInt64
    private let lastRun = Atomic<UInt64>(0)

    /// Makes an empty cache. Its bound is the capacity in bytes, rounded to some half a megabyte.
    init(capacity: Int = 8 << 20) {
        let count = max(capacity / (Self.groupSize * Self.shardCount), 1)
        groupCount = UInt64(count)
        shards = (0..<Self.shardCount).map { _ in Shard(count: count) }
    }

    /// A number for a run that no other one has.
    func newRun() -> UInt64 { lastRun.add(1, ordering: .relaxed).newValue }

    private func place(_ run: UInt64, _ offset: Int) -> (shard: Int, group: Int) {
        let mixed = (run &* 0xC2B2_AE3D_27D4_EB4F ^ UInt64(truncatingIfNeeded: offset)) &* 0x9E37_79B1_85EB_CA87
        let top = mixed >> 32
        return (Int(top & 15), Int(((top >> 4) &* groupCount) >> 28))
    }

    /// A page, if it is kept.
    func page(_ run: UInt64, _ offset: Int) -> IndexPage? {
        let place = place(run, offset)
        return shards[place.shard].groups.withLock { groups in
            for index in groups[place.group].slots.indices {
                guard groups[place.group].slots[index].offset == offset, groups[place.group].slots[index].run == run else {
                    continue
                }
                let hits = groups[place.group].slots[index].hits
                groups[place.group].slots[index].hits = min(hits + 1, Self.mostHits)
                return groups[place.group].slots[index].page
            }
            return nil
        }
    }

    /// Keeps a page, unless it is very long.
    func keep(_ page: IndexPage, _ run: UInt64, _ offset: Int) {
        guard page.bytes.count <= Self.groupSize else { return }
        let place = place(run, offset)
        shards[place.shard].groups.withLock { groups in
            guard !groups[place.group].slots.contains(where: { $0.offset == offset && $0.run == run }) else { return }
            groups[place.group].makeRoom(page.bytes.count)
            groups[place.group].bytes += page.bytes.count
            groups[place.group].slots.append(Slot(run: run, offset: offset, page: page, hits: 0))
        }
    }

    /// Forgets all pages of a run.
    func forget(_ run: UInt64) {
        for shard in shards {
            shard.groups.withLock { groups in
                for group in groups.indices {
                    groups[group].slots.removeAll { $0.run == run }
                    groups[group].bytes = groups[group].slots.reduce(0) { $0 + $1.page.bytes.count }
                }
            }
        }
    }

    /// How many bytes of pages are kept.
    var size: Int { shards.reduce(0) { $0 + $1.groups.withLock { $0.reduce(0) { $0 + $1.bytes } } } }
}
