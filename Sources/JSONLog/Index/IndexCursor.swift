/// Goes over the keys of an ``OrderedIndex`` as it was when the cursor was made.
struct IndexCursor: Sendable {
    private var layers: LayeredCursor
    /// Where it ends: before this key ascending, with it descending.
    private let end: [UInt8]?

    init(_ layers: LayeredCursor, end: [UInt8]?) {
        self.layers = layers
        self.end = end
    }

    /// The next key and its value.
    mutating func next() throws -> (key: [UInt8], value: [UInt8])? {
        while let key = layers.key {
            if let end {
                let order = ByteOrder.compare(key, end)
                if layers.isAscending ? order >= 0 : order < 0 { return nil }
            }
            let value = layers.value.map(Array.init)
            try layers.advance()
            if let value { return (key, value) }
        }
        return nil
    }
}

/// Goes over the entries of several layers, newest first, as if they were one.
struct LayeredCursor: Sendable {
    let isAscending: Bool
    private var layers: [LayerCursor]
    /// The layer with the next key, the newest one that has it; `nil` at the end.
    private var first: Int?
    /// One that comes next among the others. As long as the first stays before it, no other layer needs to be looked at.
    private var second: Int?
    /// Whether the second has the same key as the first.
    private var isShared = false

    init(_ layers: [LayerCursor], ascending isAscending: Bool) {
        self.layers = layers
        self.isAscending = isAscending
        select()
    }

    /// The key that it is at; `nil` at the end.
    var key: [UInt8]? { first.map { layers[$0].key } }

    /// Its value; `nil` if the newest layer has removed it.
    var value: ArraySlice<UInt8>? { first.flatMap { layers[$0].value } }

    /// Whether the key is present below all layers: what the oldest layer that has it knows.
    var isInBase: Bool {
        guard let first else { return false }
        guard isShared else { return layers[first].isInBase }
        let oldest = layers.indices.last { !layers[$0].isAtEnd && order($0, first) == 0 } ?? first
        return layers[oldest].isInBase
    }

    /// Goes to the next key.
    mutating func advance() throws {
        guard let first else { return }
        if isShared {
            // The first goes last, as the others are compared with it.
            for index in layers.indices.dropFirst(first + 1) where !layers[index].isAtEnd && order(index, first) == 0 {
                try layers[index].advance()
            }
            try layers[first].advance()
        } else {
            try layers[first].advance()
            if !layers[first].isAtEnd, second.map({ order(first, $0) < 0 }) ?? true { return }
        }
        select()
    }

    private mutating func select() {
        first = nil
        second = nil
        isShared = false
        for index in layers.indices where !layers[index].isAtEnd {
            guard let leader = first else {
                first = index
                continue
            }
            let order = order(index, leader)
            if order < 0 {
                second = leader
                first = index
                isShared = false
            } else if order == 0 {
                second = index
                isShared = true
            } else if second.map({ self.order(index, $0) < 0 }) ?? true {
                second = index
            }
        }
    }

    private func order(_ left: Int, _ right: Int) -> Int {
        let order = ByteOrder.compare(layers[left].key, layers[right].key)
        return isAscending ? order : 0 &- order
    }
}

/// Goes over the entries of one layer.
struct LayerCursor: Sendable {
    /// The key that it is at.
    private(set) var key: [UInt8] = []
    private var overlay: IndexOverlay.Cursor?
    private var run: IndexRun.Cursor?

    init(_ overlay: IndexOverlay.Cursor) {
        self.overlay = overlay
        key = overlay.entry?.key ?? []
    }

    init(_ run: IndexRun.Cursor) {
        self.run = run
        if !run.isAtEnd { run.page.copyKey(run.index, to: &key) }
    }

    /// Whether there is no entry left.
    var isAtEnd: Bool { run?.isAtEnd ?? overlay?.isAtEnd ?? true }

    /// The value of the entry; `nil` if it is a removal.
    var value: ArraySlice<UInt8>? {
        if let run { return run.page.value(run.index) }
        return overlay?.entry?.value?[...]
    }

    /// Whether the key is present in the layers below.
    var isInBase: Bool { run?.page.flags(run?.index ?? 0).contains(.isInBase) ?? overlay?.entry?.isInBase ?? false }

    /// Goes to the next entry.
    mutating func advance() throws {
        if run != nil {
            try run?.advance()
            guard let index = run?.index, run?.isAtEnd == false else { return }
            run?.page.copyKey(index, to: &key)
        } else {
            overlay?.advance()
            key = overlay?.entry?.key ?? []
        }
    }
}
