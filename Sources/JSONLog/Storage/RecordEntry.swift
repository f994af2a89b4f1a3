/// Where a live record is, and what must be known of it without reading it.
struct RecordEntry: Hashable, Sendable {
    var place: Place
    var revision: Int64
    /// Whether it is in any list.
    var isListed: Bool

    init(place: Place, revision: Int64, isListed: Bool) {
        self.place = place
        self.revision = revision
        self.isListed = isListed
    }

    /// The entry as it stands in the index: numbers in groups of seven bits, the lowest first, and the check as it is.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20)
        Self.append(UInt64(place.segment), to: &bytes)
        Self.append(UInt64(place.offset), to: &bytes)
        Self.append(UInt64(place.length) << 1 | (isListed ? 1 : 0), to: &bytes)
        Self.append(UInt64(revision), to: &bytes)
        for shift in stride(from: UInt32(0), through: 24, by: 8) { bytes.append(UInt8(truncatingIfNeeded: place.check >> shift)) }
        return bytes
    }

    /// Reads an entry; `nil` for bytes that are none.
    init?(_ bytes: [UInt8]) {
        var rest = bytes[...]
        guard let segment = Self.take(&rest), let offset = Self.take(&rest), let length = Self.take(&rest),
            let revision = Self.take(&rest), rest.count == 4, segment <= UInt32.max, offset <= Int64.max,
            length >> 1 <= UInt32.max,
            revision <= Int64.max
        else { return nil }
        let check = rest.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        place = Place(segment: UInt32(segment), length: UInt32(length >> 1), offset: Int64(offset), check: check)
        self.revision = Int64(revision)
        isListed = length & 1 == 1
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func take(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = rest.popFirst(), shift < 64 {
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
            shift += 7
        }
        return nil
    }
}
