/// What a power cut leaves of a disk: all that was synced, and of the rest what chance and ``Mercy`` want.
struct PowerCut {
    /// What becomes of that which was not synced.
    enum Mercy: CaseIterable {
        case everythingLost, everythingKept, sectorsLost, pagesLost

        var sectorSize: Int { self == .pagesLost ? 4096 : 512 }
    }

    let mercy: Mercy
    var numbers: SeededNumbers

    /// A change of a file that was not synced.
    private struct Pending {
        var event: SimulatedFileSystem.Event
        /// A sync of it has failed, and no later one will write it.
        var isDoubtful = false
    }

    private func isKept(_ numbers: inout SeededNumbers) -> Bool {
        switch mercy {
        case .everythingLost: false
        case .everythingKept: true
        case .sectorsLost, .pagesLost: Bool.random(using: &numbers)
        }
    }

    /// The disk after these events and then the cut.
    mutating func content(
        of original: SimulatedFileSystem.Content, after events: ArraySlice<SimulatedFileSystem.Event>
    ) -> SimulatedFileSystem.Content {
        var disk = original
        var pending: [Int: [Pending]] = [:]
        var names: [SimulatedFileSystem.Event] = []
        for event in events {
            switch event {
            case .write(let file, _, _), .truncate(let file, _): pending[file, default: []].append(Pending(event: event))
            case .failedSync(let file):
                let all = pending[file, default: []]
                pending[file] = all.map { Pending(event: $0.event, isDoubtful: true) }
            case .sync(let file):
                for change in pending.removeValue(forKey: file) ?? [] { apply(change.event, &disk, whole: !change.isDoubtful) }
            case .name, .rename, .remove: names.append(event)
            case .syncDirectory(let directory):
                names.removeAll { name in
                    guard Self.directory(of: name) == directory else { return false }
                    Self.applyName(name, &disk)
                    return true
                }
            }
        }
        for name in names where isKept(&numbers) { Self.applyName(name, &disk) }
        for file in pending.keys.sorted() {
            for change in pending[file, default: []] { apply(change.event, &disk, whole: false) }
        }
        return disk
    }

    private static func directory(of event: SimulatedFileSystem.Event) -> String {
        let path =
            switch event {
            case .name(let path, _), .rename(let path, _, _), .remove(let path): path
            default: ""
            }
        return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }

    private static func applyName(_ event: SimulatedFileSystem.Event, _ disk: inout SimulatedFileSystem.Content) {
        switch event {
        case .name(let path, let file):
            disk.names[path] = file
            if disk.files[file] == nil { disk.files[file] = [] }
        case .rename(let path, let newPath, let file):
            disk.names[path] = nil
            disk.names[newPath] = file
            if disk.files[file] == nil { disk.files[file] = [] }
        case .remove(let path): disk.names[path] = nil
        default: break
        }
    }

    private mutating func apply(_ event: SimulatedFileSystem.Event, _ disk: inout SimulatedFileSystem.Content, whole: Bool) {
        switch event {
        case .truncate(let file, let size):
            if whole || isKept(&numbers) { disk.files[file, default: []].resize(to: size) }
        case .write(let file, let offset, let bytes):
            if whole { return disk.files[file, default: []].put(bytes, at: offset) }
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + mercy.sectorSize - (offset + start) % mercy.sectorSize)
                if isKept(&numbers) { disk.files[file, default: []].put(bytes[start..<end], at: offset + start) }
                start = end
            }
        default: break
        }
    }
}
