/// A message without repetition inside a block, easy to write in other languages: byte `i` is `(7 * i + 3) mod 256`.
func patternBytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: 7 &* $0 &+ 3) }
}
