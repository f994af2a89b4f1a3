// swift-tools-version: 6.2
import PackageDescription

// How fast the library is, in figures with goals. From the root of the repository:
//
//     swift run -c release --package-path Tests/Benchmarks Benchmarks portal           a table; minutes
//     swift run -c release --package-path Tests/Benchmarks Benchmarks portal --quick   smaller sizes; under 45 s
//     swift run -c release --package-path Tests/Benchmarks Benchmarks portal --json    an array of rows, nothing else on stdout
//
// What is to be measured with much stored, with a directory that keeps the filled stores for the next time (about 10 GB for a million):
//
//     swift run -c release --package-path Tests/Benchmarks Benchmarks storage --million --cache DIRECTORY
//
// Search needs a corpus of real documents, which is made once from packages of Debian:
//
//     Tests/Benchmarks/corpus --cache DIRECTORY
//     swift run -c release --package-path Tests/Benchmarks Benchmarks search --cache DIRECTORY
//
// Without a subject all of them run, one after the other. The exit status is 0 when measuring worked, whether or not the goals hold.
// A subject is a file in Sources/Benchmarks that extends `Subject`, and its name in `Subject.all`.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .strictMemorySafety(),
    .treatWarning("ExplicitSendable", as: .warning),
]

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "Benchmarks", targets: ["Benchmarks"])],
    dependencies: [
        .package(name: "swift-support-portal", path: "../.."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .target(name: "Measuring", swiftSettings: settings),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Measuring", .product(name: "SupportPortal", package: "swift-support-portal"),
                .product(name: "SupportPortalTesting", package: "swift-support-portal"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ], resources: [.copy("Search/questions.json")], swiftSettings: settings),
        .testTarget(name: "MeasuringTests", dependencies: ["Measuring"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
