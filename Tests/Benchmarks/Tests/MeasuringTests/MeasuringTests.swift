import Foundation
import Measuring
import Testing

struct MeasuringTests {
    @Test(arguments: [(0.5, 50.0), (0.99, 99.0), (1.0, 100.0), (0.0, 1.0)])
    func percentilesAreByNearestRank(share: Double, expected: Double) {
        #expect(Samples(microseconds: (1...100).map(Double.init).shuffled()).percentile(share) == expected)
    }

    @Test func withoutSamplesThereIsNothing() {
        #expect(Samples(microseconds: []).percentile(0.5) == 0)
        #expect(Series().p50 == 0)
    }

    @Test func aSeriesIsTheMedianOfItsRuns() {
        var series = Series()
        for middle in [7.0, 100, 5] { series.add(Samples(microseconds: [1, middle, 1_000])) }
        #expect(series.p50 == 7)
        #expect(median([1, 2, 3, 10]) == 2.5)
    }

    @Test func warmingUpIsNotCounted() async {
        var indices: [Int] = []
        let samples = await Samples.measure(calls: 2, warmUp: 3) { index in
            indices.append(index)
            return index
        }
        #expect(indices == [0, 1, 2, 3, 4])
        #expect(samples.percentile(1) > 0)
    }

    @Test func kindsTakeTurns() async throws {
        var calls: [String] = []
        let samples = try await Samples.interleaved(
            blocks: 1, of: 2,
            ["a", "b"].map { kind in
                { index in
                    calls.append("\(kind)\(index)")
                    return index
                }
            })
        #expect(calls == ["a0", "a1", "b0", "b1", "b2", "b3", "a2", "a3"])
        #expect(samples.count == 2)
    }

    @Test func aGoalHoldsUpToItsLimit() {
        #expect(Row("a", 25, unit: "µs", goal: .atMost(25)).holds == true)
        #expect(Row("a", 25.1, unit: "µs", goal: .atMost(25)).holds == false)
        #expect(Row("a", 4, peer: 2, unit: "µs", goal: .timesPeer(2)).holds == true)
        #expect(Row("a", 4, unit: "µs", goal: .timesPeer(2)).holds == nil)
        #expect(Row("a", 4, peer: 2, unit: "a second", goal: .atLeastTimesPeer(2)).holds == true)
        #expect(Row("a", 3.9, peer: 2, unit: "a second", goal: .atLeastTimesPeer(2)).holds == false)
        #expect(Row("a", 4, unit: "µs").holds == nil)
    }

    @Test func jsonHasEveryKeyOfEveryRow() throws {
        let rows = [Row("a/b", 3, peer: 2, unit: "µs", goal: .timesPeer(2)), Row("c", 1.23456, unit: "bytes")]
        let array = try #require(try JSONSerialization.jsonObject(with: Data(try Report.json(rows).utf8)) as? [[String: Any]])
        #expect(array.count == 2)
        for row in array { #expect(Set(row.keys) == ["row", "ours", "peer", "unit", "ratio", "goal", "holds"]) }
        #expect(array[0]["goal"] as? String == "≤ 2 ×")
        #expect(array[0]["holds"] as? Bool == true)
        #expect(array[0]["ratio"] as? Double == 1.5)
        #expect(array[1]["ours"] as? Double == 1.235)
        for key in ["peer", "ratio", "goal", "holds"] { #expect(array[1][key] is NSNull) }
    }

    @Test func theTableIsAligned() {
        let rows = [Row("short", 1_234_567, unit: "bytes"), Row("a longer name", 1.5, peer: 1, unit: "µs", goal: .timesPeer(2))]
        #expect(
            Report(rows: rows, notes: ["a note"]).table == """
                                    ours  peer  unit   ratio  goal   holds
                -------------  ---------  ----  -----  -----  -----  -----
                short          1,234,567        bytes
                a longer name       1.50     1  µs      1.50  ≤ 2 ×  yes
                * a note
                """)
    }

    @Test(arguments: [(1_000_000, "1M"), (10_000, "10k"), (1_500_000, "1,500k"), (1_234, "1,234"), (0, "0")])
    func sizesAreShort(size: Int, text: String) {
        #expect(compact(size) == text)
    }

    @Test func aProcessHasMemory() throws {
        #if os(Linux)
        #expect(try #require(Machine.residentBytes) > 1_000_000)
        #endif
    }
}
