package irqlab.cli

import irqlab.answers.Answers
import irqlab.scenario.Scenarios
import org.junit.runner.RunWith
import org.scalatest.flatspec.AnyFlatSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.prop.TableDrivenPropertyChecks._
import org.scalatestplus.junit.JUnitRunner

import java.io.{ByteArrayInputStream, ByteArrayOutputStream, PrintStream}
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import scala.jdk.CollectionConverters._

/** The program as people call it, in this process: what goes where, and which exit code. */
@RunWith(classOf[JUnitRunner])
class CliSpec extends AnyFlatSpec with Matchers {
  private case class Outcome(code: Int, out: String, err: String)

  private def folder(): Path = Files.createTempDirectory("irqlab-cli")

  private def irqlab(args: String*): Outcome = irqlabWith("", new Interruption)(args: _*)

  private def irqlabWith(in: String, interruption: Interruption)(args: String*): Outcome = {
    val out = new ByteArrayOutputStream
    val err = new ByteArrayOutputStream
    val console = new Console(
      new ByteArrayInputStream(in.getBytes(UTF_8)), new PrintStream(out, true, UTF_8),
      new PrintStream(err, true, UTF_8), false, false, interruption)
    val code = Cli.run(args.toArray, console)
    Outcome(code, out.toString(UTF_8), err.toString(UTF_8))
  }

  private def run(args: String*): Outcome =
    irqlab("run" +: args :+ "--out" :+ folder().toString: _*)

  "irqlab alone" should "say where to start, on standard output" in {
    val shown = irqlab()
    shown.code shouldBe 0
    shown.out should include("irqlab run nvme4")
    shown.err shouldBe empty
  }

  "irqlab bench soak" should "look ten times at heap and books, and have one digest" in {
    def soak(): Seq[String] = {
      val done = irqlab("bench", "soak", "--cpus", "2", "--interrupts", "20000", "--events", "100000")
      withClue(done.out) { done.code shouldBe 0 }
      val lines = done.out.linesIterator.toSeq
      lines should have size 10
      every(lines) should include("balance: exact")
      lines.map(line => line.split("digest ")(1).take(16))
    }
    val once = soak()
    once.distinct should have size 10
    soak() shouldBe once
  }

  "irqlab bench overload" should "hold heap and books under twice what the host carries" in {
    val done = irqlab(
      "bench", "overload", "--minutes", "0.05", "--measure", "1", "--cpus", "2", "--credits", "8")
    withClue(done.out) {
      done.code shouldBe 0
      val lines = done.out.linesIterator.toSeq
      lines should have size 14
      lines.head should include regex "[0-9]{4,} completions a second|[0-9],[0-9]{3} completions"
      every(lines.slice(2, 12)) should include regex "s, heap [0-9.]+ of "
      lines(12) should include regex "writes without credit [1-9]"
      lines(13) shouldBe "balance: exact"
    }
  }

  "A wrong command line" should "end with 2, a sentence and the nearest name, and no usage dump" in {
    val cases = Table[Seq[String], String](
      ("arguments", "said"),
      (Seq("rnu", "nvme4"), "there is no verb \"rnu\"\n  did you mean   run"),
      (Seq("run"), "Missing required parameter: 'SCENARIO'"),
      (Seq("run", "nvme4", "--sead", "3"), "there is no option --sead\n  did you mean   --seed"),
      (Seq("run", "nvme4", "--seed", "x"), "Invalid value for option '--seed'"),
      (Seq("run", "nvme4", "--time", "wall", "--nodes", "2", "--node-jvm", "-Da=\"b"),
        "--node-jvm has a double quote that is not closed"),
      (Seq("cluster", "up", "--node-jvm", "\""), "--node-jvm has a double quote that is not closed"),
      (Seq("run", "nvme4", "--format", "xml"), "expected one of [table, json, none]"),
      (Seq("run", "nvme4", "--time", "slow"), "expected one of [virtual, wall]"),
      (Seq("run", "nvme4", "--nodes", "0"), "--nodes must be at least 1"),
      (Seq("run", "nvme4", "--for", "abc"), "option --for cannot be \"abc\"\n  write   --for 20ms"),
      (Seq("run", "nvme4", "--raises", "-3"), "option --raises cannot be \"-3\""),
      (Seq("run", "nvme4", "--set", "seed"), "option --set cannot be \"seed\""),
      (Seq("run", "nvme4", "--check", "lots == 0"), "no figure is called \"lots\"; did you mean \"lost\"?"),
      (Seq("run", "nvme4", "--check", "lost = 0"), "write   --check lost == 0"),
      (Seq("bench", "soak", "--cpus", "0"), "option --cpus must be 1 to 1024"),
      (Seq("bench", "soak", "--events", "-1"), "option --events must be 0 to"),
      (Seq("bench", "overload", "--minutes", "0"), "option --minutes must be 0.01 to 1000"),
      (Seq("bench", "overload", "--credits", "128"), "option --credits must be 0 to 127"),
      (Seq("faults", "--runs", "0"), "option --runs must be at least 1"),
      (Seq("scenarios", "colapse"), "did you mean \"collapse\"?"),
      (Seq("scenarios", "--show"), "--show needs a name"),
      (Seq("show"), "show what?"),
      (Seq("bench", "--rounds", "1"), "--rounds must be at least 3"),
      (Seq("show", "pic", "--at", "soon"), "option --at cannot be \"soon\""))
    forAll(cases) { (arguments, said) =>
      val outcome = irqlab(arguments: _*)
      withClue(outcome) {
        outcome.code shouldBe 2
        outcome.err should include(said)
        outcome.err.linesIterator.size should be <= 4
        outcome.out shouldBe empty
      }
    }
  }

  "A wrong scenario" should "end with 3, its faults with code and line, and nothing started" in {
    val file = folder().resolve("bad.conf")
    Files.writeString(file, "machine {\n  cpus = four\n  afinity = on\n}\n")
    forAll(Table("verb", "run", "check")) { verb =>
      val outcome = irqlab(verb, file.toString)
      outcome.code shouldBe 3
      outcome.out shouldBe empty
      outcome.err should include(s"$file: ")
      outcome.err should include(s"E07 wrong kind of value  $file:2   machine.cpus")
      outcome.err should include(s"E03 unknown setting  $file:3   machine.afinity")
      outcome.err should not include "Exception"
    }
    Files.list(file.getParent).iterator.asScala.toSeq shouldBe Seq(file)
  }

  it should "show a trace only with -vv" in {
    irqlab("check", "nvme4", "--set", "machine.cpus=0", "-v").err should not include "\tat "
    irqlab("check", "nvme4", "--set", "machine.cpus=0", "-vv").err should include("\tat ")
  }

  "A name that is no file and not built in" should "be answered with the nearest one" in {
    val outcome = irqlab("run", "nvme5")
    outcome.code shouldBe 3
    outcome.err should include("no built-in scenario \"nvme5\"; did you mean \"nvme4\"?")
  }

  "run" should "print its report on standard output only, and keep it" in {
    val out = folder()
    val outcome = irqlab("run", "affinity-move", "--out", out.toString)
    outcome.code shouldBe 0
    Seq("CHECKS   4 of 4 hold", "LEDGER", "balance: exact", "LATENCY", "ORDER", "MOVES",
      " 24:         11          9   PCI-MSI 65536-edge      device").foreach { part =>
      outcome.out should include(part)
    }
    outcome.err shouldBe s"affinity-move   seed 1   virtual time, 1 node   -> $out\n"
    Files.readString(out.resolve("interrupts.txt")) shouldBe
      outcome.out.substring(outcome.out.indexOf("           CPU0 "))
  }

  it should "print summary.json or nothing when asked to" in {
    val out = folder()
    val json = irqlab("run", "affinity-move", "--out", out.toString, "--format", "json", "-q")
    json.out shouldBe Files.readString(out.resolve("summary.json"))
    json.err shouldBe empty
    run("affinity-move", "--format", "none").out shouldBe empty
  }

  it should "end with 99 when a check fails, those of the command line too" in {
    val outcome = run("affinity-move", "--check", "irq.24.cpu0 == 10")
    outcome.code shouldBe 99
    outcome.out should include("CHECKS   4 of 5 hold")
    outcome.out should include("FAILED  irq.24.cpu0 == 10")
  }

  it should "take settings, seed and end from the command line" in {
    val outcome = run(
      "collapse", "--set", "load.0.arrivals=every(2us)", "--set", "scenario.name=other",
      "--seed", "9", "--for", "10ms", "--check", "raised == 5500")
    outcome.out should include("other   1 CPU, 1 device, 1 interrupt   kernel 6.1   seed 9")
    // The end is looked for every millisecond of machine time, so 10 ms after boot is at 11 ms.
    outcome.out should include("ok      raised == 5500")
    val raises = run("collapse", "--writes", "1k", "--check", "raised >= 1000")
    raises.out should include("ok      raised >= 1000")
  }

  it should "read a scenario from standard input" in {
    val text = Scenarios.text("affinity-move")
    val outcome = irqlabWith(text, new Interruption)("run", "-", "--out", folder().toString)
    outcome.code shouldBe 0
    outcome.out should include("balance: exact")
  }

  it should "give equal digests for equal seeds and others for others" in {
    def digest(seed: String) = "digest ([0-9a-f]{16})".r
      .findFirstMatchIn(run("nvme4", "--for", "2ms", "--seed", seed).out).get.group(1)
    digest("1") shouldBe digest("1")
    digest("1") should not be digest("2")
  }

  it should "report what ran when it is interrupted, and end with 130" in {
    val interruption = new Interruption
    interruption.ask()
    val out = folder()
    val outcome = irqlabWith("", interruption)("run", "collapse", "--out", out.toString)
    outcome.code shouldBe 130
    outcome.out should include("PARTIAL: interrupted before the end")
    outcome.out should include("balance: exact")
    Files.readString(out.resolve("summary.json")) should include("\"partial\" : true")
  }

  it should "print its results even when they cannot be kept, and end with 1" in {
    val file = Files.createTempFile("irqlab", ".file")
    val outcome = irqlab("run", "affinity-move", "--out", file.toString)
    outcome.code shouldBe 1
    outcome.out should include("balance: exact")
    outcome.err should include(s"irqlab: results are not kept in $file: this is a file: $file")
    outcome.err should not include "Exception"
  }

  it should "colour its results when asked to" in {
    run("affinity-move", "--color", "always").out should include("\u001b[32mbalance: exact")
    run("affinity-move", "--color", "auto").out should not include "\u001b"
  }

  it should "balance on the wall clock as well" in {
    val outcome = run("nvme4", "--time", "wall", "--raises", "20k")
    outcome.out should include("wall time, 1 node")
    outcome.out should include("digest none")
    outcome.out should include("balance: exact")
  }

  it should "balance over two processes that it starts and ends" in {
    val before = ProcessHandle.current.children.count
    val outcome = run("nvme4", "--time", "wall", "--nodes", "2", "--raises", "20k")
    outcome.out should include("wall time, 2 nodes")
    outcome.out should include("balance: exact")
    outcome.out should include("PCI-MSI 65537-edge      nvme0q1")
    ProcessHandle.current.children.count shouldBe before
    val virtual = run("nvme4", "--nodes", "2")
    virtual.code shouldBe 2
    virtual.err should include("option --nodes 2 needs --time wall")
  }

  "A fault of the program" should "end with 1, a sentence and the crash file, and a trace only with -vv" in {
    def broken(args: String*): Outcome = {
      val err = new ByteArrayOutputStream
      val in = new java.io.InputStream {
        override def read(): Int = throw new IllegalStateException("vector=0x31 not in service")
      }
      val printed = new PrintStream(err, true, UTF_8)
      Outcome(Cli.run(("check" +: "-" +: args).toArray, in, printed, printed), "", err.toString(UTF_8))
    }
    val outcome = broken()
    outcome.code shouldBe 1
    outcome.err should startWith(
      "irqlab: a fault of the program: IllegalStateException: vector=0x31 not in service\n")
    outcome.err should not include "\tat "
    val file = Path.of("please report it with the file   (.*)\n".r.findFirstMatchIn(outcome.err).get.group(1))
    Files.readString(file) should include("command irqlab check -\n")
    Files.delete(file)
    val traced = broken("-vv")
    traced.err should include("\tat ")
    Files.delete(Path.of("file   (.*)\n".r.findFirstMatchIn(traced.err).get.group(1)))
  }

  it should "leave in its crash file scenario, seed and trace" in {
    val directory = folder()
    val scenario = Scenarios.builtIn("affinity-move")
    val fault = new IllegalStateException("vector=0x31 not in service, apicId=3")
    val file = CrashFile.write(
      new CrashException(fault, scenario, java.util.Optional.of(directory)),
      Array("run", "affinity-move"))
    file shouldBe directory.resolve("crash-1.txt").toString
    val text = Files.readString(Path.of(file))
    text should include("command irqlab run affinity-move\n")
    text should include("seed 1\n")
    text should include("  name = \"affinity-move\"\n")
    text should include("java.lang.IllegalStateException: vector=0x31 not in service, apicId=3\n\tat ")
    System.getenv.asScala.get("PATH").foreach(path => text should not include path)
  }

  "ask" should "answer one question, or all, by a run" in {
    irqlab("ask", "5").out should startWith("5. What do ten NMIs inside an NMI give?\n")
    irqlab("ask").out.linesIterator.count(_.matches("\\d+\\. .*\\?")) shouldBe Answers.count
    irqlab("ask", "99").err should include(s"there are 1-${Answers.count}")
    irqlab("ask", "--list").out.linesIterator.toSeq should have size Answers.count
    irqlab("ask", "--list", "2").out shouldBe "2. Which of 0x31 and 0xe1 runs first?\n"
  }

  "scenarios" should "list what is built in, and print a file that runs" in {
    val listed = irqlab("scenarios").out.linesIterator.map(_.takeWhile(_ != ' ')).toSeq
    listed shouldBe Scenarios.names.asScala.toSeq
    irqlab("scenarios", "nvme4", "--show").out shouldBe Scenarios.text("nvme4")
  }

  "check" should "say that a scenario can be run, or print it with every setting" in {
    irqlab("check", "nvme4").out should startWith("nvme4: ok   CPUs 4, devices 1, loads 3, moves 0, checks 6")
    val resolved = irqlab("check", "nvme4", "--resolved").out
    val again = irqlabWith(resolved, new Interruption)("check", "-", "--resolved")
    again.code shouldBe 0
    again.out shouldBe resolved
  }

  "import" should "make a scenario that check accepts, and tell what it guessed" in {
    val listing = folder().resolve("mybox.txt")
    Files.writeString(
      listing,
      "           CPU0       CPU1       \n" +
        " 24:          7          0   PCI-MSI 65536-edge      nvme0q0\n" +
        " 25:         10          5   PCI-MSI 65537-edge      nvme0q1\n")
    val made = folder().resolve("mybox.conf")
    val outcome = irqlab("import", listing.toString, "-o", made.toString)
    outcome.code shouldBe 0
    outcome.out shouldBe empty
    outcome.err should include(s"wrote $made")
    outcome.err should include("2 CPUs")
    irqlab("check", made.toString).code shouldBe 0
    irqlab("import", "/nonexistent").code shouldBe 3
  }

  "show" should "print /proc/interrupts of a moment" in {
    val early = irqlab("show", "interrupts", "affinity-move", "--at", "5.5ms")
    early.code shouldBe 0
    early.out should include(" 24:          6          0   PCI-MSI 65536-edge      device\n")
  }

  it should "print a local APIC of a CPU that is there" in {
    val shown = irqlab("show", "lapic", "1", "affinity-move", "--at", "1ms")
    shown.code shouldBe 0
    shown.out should startWith("dumping local APIC state for CPU 1 \n")
    shown.out should include("SPIV\t 0x000001ff APIC enabled")
    shown.out should include("(divide by 1)")
    val absent = irqlab("show", "lapic", "2", "affinity-move", "--at", "1ms")
    absent.code shouldBe 2
    absent.err should include("CPU 2 is not there: this machine has 0-1")
  }

  it should "print the chips in the words of QEMU, and the vectors" in {
    irqlab("show", "pic", "affinity-move").out should startWith("pic0: irr=00 imr=ff isr=00")
    irqlab("show", "ioapic", "virtio12", "--at", "1ms").out should startWith("ioapic0: ver=0x20")
    irqlab("show", "irq", "virtio12", "--at", "1ms").out should
      startWith("IRQ statistics for isa-i8259:\n")
    val idt = irqlab("show", "idt", "affinity-move", "--at", "1ms").out
    idt should startWith("every CPU\nvectors    class  gate       P  use\n")
    idt should include("0x02           -  interrupt  1  NMI\n")
    idt should include("0xfd          15  interrupt  1  reschedule\n")
    idt should include("CPU 0\n0x21           2  interrupt  1  irq 24  device\nCPU 1\n")
  }

  "The version" should "be printed alone" in {
    irqlab("--version").out should fullyMatch regex "irqlab \\d+\\.\\d+\\.\\d+\n"
  }

  "Every verb" should "have a help" in {
    forAll(
      Table("verb", "run", "check", "scenarios", "import", "show", "ask", "bench", "conformance")) { verb =>
      val outcome = irqlab(verb, "--help")
      outcome.code shouldBe 0
      outcome.out should startWith(s"Usage: irqlab $verb")
      irqlab("help", verb).out shouldBe outcome.out
    }
  }
}
