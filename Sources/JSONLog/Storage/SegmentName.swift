/// The names of segments: `000017.jsonl`, and with `.tmp` behind it while one is being made.
enum SegmentName {
    static func digits(_ number: UInt32) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
    }

    static func file(_ number: UInt32) -> String { "\(digits(number)).jsonl" }

    /// The number of a segment of this name, `nil` if it is none.
    static func number(_ name: String) -> UInt32? {
        guard name.hasSuffix(".jsonl"), let number = UInt32(name.dropLast(6)), number > 0, file(number) == name else {
            return nil
        }
        return number
    }
}
