/// Characters by the names that HTML gives them.
struct NamedCharacters {
    static let all = NamedCharacters()

    private let bytes = Array(Self.table.utf8)
    /// Where each name begins, in the order of the names.
    private var starts: [Int] = []

    private init() {
        var isBetween = true
        for (position, byte) in bytes.enumerated() {
            if byte.isWhitespace {
                isBetween = true
            } else if isBetween {
                starts.append(position)
                isBetween = false
            }
        }
    }

    /// The characters of a name, which is compared exactly; `nil` if there is no such name.
    func characters(of name: ArraySlice<UInt8>) -> [Unicode.Scalar]? {
        var candidates = 0..<starts.count
        while !candidates.isEmpty {
            let middle = (candidates.lowerBound + candidates.upperBound) / 2
            let found = self.name(at: starts[middle])
            if found.elementsEqual(name) { return characters(at: found.endIndex + 1) }
            candidates =
                found.lexicographicallyPrecedes(name) ? middle + 1..<candidates.upperBound : candidates.lowerBound..<middle
        }
        return nil
    }

    private func name(at start: Int) -> ArraySlice<UInt8> { bytes[start...].prefix { $0 != UInt8(ascii: "=") } }

    private func characters(at start: Int) -> [Unicode.Scalar] {
        let numbers = bytes[start...].prefix { !$0.isWhitespace }.split(separator: UInt8(ascii: "+"))
        return numbers.compactMap { UInt32(String(decoding: $0, as: UTF8.self), radix: 16).flatMap(Unicode.Scalar.init) }
    }
}
