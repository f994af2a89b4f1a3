#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The text that an encoder's containers write to together.
///
/// The output stands behind a pointer because each access to a variable of a class costs a check at run time.
@safe final class RecordWriter {
    private let output: UnsafeMutablePointer<JSONOutput>
    /// What has gone wrong: then nothing comes of the whole, whatever else is written.
    private var failure: (any Error)?

    init() {
        unsafe output = .allocate(capacity: 1)
        unsafe output.initialize(to: JSONOutput())
    }

    deinit {
        unsafe output.deinitialize(count: 1)
        unsafe output.deallocate()
    }

    /// The text.
    func finish() throws -> [UInt8] {
        if let failure { throw failure }
        return unsafe output.pointee.bytes.bytes
    }

    // MARK: Containers

    var count: Int { unsafe output.pointee.bytes.count }

    func path(level: Int32) -> [any CodingKey] { unsafe output.pointee.path(level: level) }

    func open(_ encoder: ValueEncoder, isObject: Bool) -> JSONOutput.Place {
        let sorting = encoder.sorting == .elements && isObject ? .none : encoder.sorting
        let place = unsafe output.pointee.open(level: encoder.level, start: encoder.start, isObject: isObject, sorting: sorting)
        guard let place else {
            fail(misuse(level: encoder.level))
            return .closed
        }
        return place
    }

    func openMember(_ place: JSONOutput.Place, name: String, isObject: Bool) -> JSONOutput.Place {
        guard (try? beginMember(place, name: name)) != nil else { return .closed }
        return open(ValueEncoder(writer: self, level: place.level + 1), isObject: isObject)
    }

    func openElement(_ place: JSONOutput.Place, isObject: Bool) -> JSONOutput.Place {
        guard (try? beginElement(place)) != nil else { return .closed }
        return open(ValueEncoder(writer: self, level: place.level + 1), isObject: isObject)
    }

    /// An encoder for the value of a member or element that was begun.
    func promisedValue(_ place: JSONOutput.Place) -> ValueEncoder {
        unsafe output.pointee.promiseValue(place)
        return ValueEncoder(writer: self, level: place.level + 1)
    }

    @inline(__always)
    func beginMember(_ place: JSONOutput.Place, name: String) throws {
        guard unsafe output.pointee.beginMember(place, name: name) else { throw fail(misuse(level: place.level)) }
    }

    @inline(__always)
    func beginElement(_ place: JSONOutput.Place) throws {
        guard unsafe output.pointee.beginElement(place) else { throw fail(misuse(level: place.level)) }
    }

    func elements(of place: JSONOutput.Place) -> Int { unsafe output.pointee.count(place) }

    // MARK: Values

    @inline(__always)
    func write(_ text: String) { unsafe output.pointee.bytes.append(quoted: text) }

    func writeNull() { unsafe output.pointee.bytes.append(plain: "null") }

    func write(_ flag: Bool) { unsafe output.pointee.bytes.append(plain: flag ? "true" : "false") }

    @inline(__always)
    func write(_ number: Int) { unsafe output.pointee.bytes.append(Int64(number)) }

    func write<Number: FixedWidthInteger & Encodable>(_ number: Number, level: Int32) throws {
        if let number = Int64(exactly: number) {
            unsafe output.pointee.bytes.append(number)
        } else if let number = UInt64(exactly: number) {
            unsafe output.pointee.bytes.append(number)
        } else {
            throw fail(number, "more than 64 bits", level: level)
        }
    }

    func write<Number: BinaryFloatingPoint & LosslessStringConvertible & Encodable>(_ number: Number, level: Int32) throws {
        guard number.isFinite else { throw fail(number, "not a finite number", level: level) }
        let text = number.description
        unsafe output.pointee.bytes.append(plain: text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
    }

    private func write(_ date: Date, level: Int32) throws {
        guard let instant = InstantText(date) else { throw farInstant(date, level: level) }
        unsafe instant.append(to: &output.pointee.bytes)
    }

    /// Writes any value at a level, which is how many containers it is in.
    func write<Value: Encodable>(_ value: Value, level: Int32) throws {
        if Value.self == Date.self {
            return try write(unsafe unsafeBitCast(value, to: Date.self), level: level)
        }
        if Value.self == Data.self {
            return unsafe output.pointee.bytes.append(quoted: unsafeBitCast(value, to: Data.self).base64EncodedString())
        }
        var encoder = ValueEncoder(writer: self, level: level)
        // To ask for a conformance takes long: only what is one pointer can be a set or a dictionary.
        if MemoryLayout<Value>.size == MemoryLayout<Int>.size, let type = Value.self as? any UnorderedCollection.Type {
            encoder.sorting = type.sorting
        }
        do {
            try value.encode(to: encoder)
        } catch {
            throw fail(error)
        }
        unsafe output.pointee.close(to: level)
        if count == encoder.start { unsafe output.pointee.bytes.append(plain: "{}") }
    }

    // MARK: Failures

    /// Notes an error, so that nothing half written is taken for a whole, even if it is caught.
    @discardableResult
    func fail(_ error: any Error) -> any Error {
        if failure == nil { failure = error }
        return error
    }

    private func fail(_ value: Any, _ reason: String, level: Int32) -> any Error {
        fail(EncodingError.invalidValue(value, EncodingError.Context(codingPath: path(level: level), debugDescription: reason)))
    }

    /// Names the seconds, not the date: Foundation traps when it is asked to describe dates that are too far.
    private func farInstant(_ date: Date, level: Int32) -> any Error {
        fail(date.timeIntervalSince1970, "an instant outside of the years 0 to 9999, in seconds since 1970", level: level)
    }

    func misuse(level: Int32) -> any Error {
        EncodingError.invalidValue(
            (),
            EncodingError.Context(
                codingPath: path(level: level),
                debugDescription: "containers are too deep, or a value is written twice, or into a container that was left before"
            ))
    }
}
