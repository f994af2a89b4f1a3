import Foundation
import SupportPortal
import SupportPortalTesting
import Testing

@Suite("Ticket numbers")
struct NumberTests {
    @Test(
        "A mask with ten values gives ten tickets, and the eleventh is refused with nothing stored",
        arguments: StorageKind.allCases)
    func exhaustion(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.numbering = .mask(try TicketNumberMask("T%n")) }
        var numbers: Set<String> = []
        for _ in 0..<10 { numbers.insert(try await bench.open().number.rawValue) }
        #expect(numbers == Set((0...9).map { "T\($0)" }))
        _ = try await bench.heard()
        let start = try await bench.aliceTickets.changes().start
        #expect(await code { try await bench.open() } == .ticketNumbersExhausted)
        #expect(try await bench.aliceTickets.counts().total == 10)
        #expect(try await bench.aliceTickets.changes().start == start)
        #expect(try await bench.heard().isEmpty)
    }

    @Test("Two tasks open 500 tickets each: 1,000 numbers", arguments: StorageKind.allCases)
    func distinct(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) { $0.numbering = .mask(try TicketNumberMask("%n%n%n")) }
        let (alice, bob) = (bench.aliceTickets, bench.bobTickets)
        let numbers = try await withThrowingTaskGroup(of: [TicketNumber].self) { group in
            for tickets in [alice, bob] {
                group.addTask {
                    var numbers: [TicketNumber] = []
                    for _ in 0..<500 {
                        var form = try await tickets.newForm()
                        form.department = "technical"
                        form.subject = "s"
                        form.message = "m"
                        numbers.append(try await tickets.open(form).number)
                    }
                    return numbers
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(numbers.count == 1_000)
        #expect(Set(numbers).count == 1_000)
        #expect(await code { try await bench.open() } == .ticketNumbersExhausted)
    }

    @Test("A mask's tokens stand for what they say, and every number comes once")
    func tokens() throws {
        let date = Date(timeIntervalSince1970: 1_772_236_800)  // 2026-02-28 UTC
        let mask = try TicketNumberMask("%y%m%d-%a%n/%%")
        let numbers = TicketNumbering.mask(mask).candidates(date, { 12_345 }).map(\.rawValue)
        #expect(mask.capacity == 260)
        #expect(numbers.count == 260)
        #expect(Set(numbers).count == 260)
        #expect(numbers.allSatisfy { $0.wholeMatch(of: /20260228-[a-z][0-9]\/%/) != nil })
        #expect(TicketNumberMask.standard.capacity == 17_576_000_000)
    }

    @Test("Different chance gives different numbers")
    func chance() throws {
        var generator = SeededGenerator(seed: 7)
        let seeds = (0..<50).map { _ in generator.next() }
        let first = Set(seeds.map { seed in TicketNumbering.standard.candidates(Date(), { seed }).first { _ in true } })
        #expect(first.count == 50)
    }

    @Test(
        "A mask that is none is refused",
        arguments: [
            "", "ABC", "%y%m%d", "%x", "A%", "%n\n", "ä%n", String(repeating: "%A", count: 33),
            String(repeating: "%A", count: 14),
        ])
    func refused(_ mask: String) async throws {
        #expect(await code { try TicketNumberMask(mask) } == .invalidNumberMask)
    }

    @Test("Days are those of the Gregorian calendar in UTC")
    func days() throws {
        let mask = try TicketNumberMask("%y-%m-%d-%n")
        for (seconds, day) in [
            (0, "1970-01-01"), (86_399, "1970-01-01"), (-1, "1969-12-31"), (951_782_400, "2000-02-29"),
            (4_107_542_400, "2100-03-01"),
            (1_767_225_599, "2025-12-31"), (1_767_225_600, "2026-01-01"),
        ] {
            let number = TicketNumbering.mask(mask).candidates(Date(timeIntervalSince1970: TimeInterval(seconds)), { 3 }).first {
                _ in true
            }
            #expect(number?.rawValue.hasPrefix(day) == true)
        }
    }

    @Test("Candidates that repeat end in a refusal, not in a loop", arguments: StorageKind.allCases)
    func repeating(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) {
            $0.numbering = TicketNumbering { _, _ in AnySequence((1...).lazy.map { _ in TicketNumber(rawValue: "same") }) }
        }
        _ = try await bench.open()
        #expect(await code { try await bench.open() } == .ticketNumbersExhausted)
        for date in [Date(timeIntervalSince1970: .nan), .distantPast, .distantFuture, Date(timeIntervalSince1970: .infinity)] {
            #expect(TicketNumbering.mask(try TicketNumberMask("%y%m%d%n")).candidates(date, { 1 }).map(\.rawValue).count == 10)
        }
    }

    @Test("A host numbers by a way of its own", arguments: StorageKind.allCases)
    func own(_ kind: StorageKind) async throws {
        let bench = try await PortalBench(kind) {
            $0.numbering = TicketNumbering { _, _ in AnySequence((1...).lazy.map { TicketNumber(rawValue: "\($0)") }) }
        }
        var numbers: [String] = []
        for _ in 0..<12 { numbers.append(try await bench.open().number.rawValue) }
        #expect(numbers == (1...12).map(String.init))
    }
}
