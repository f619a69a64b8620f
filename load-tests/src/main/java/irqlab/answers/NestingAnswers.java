package irqlab.answers;

import irqlab.cpu.core.Idt;
import irqlab.cpu.core.Step;
import irqlab.observe.Fate;
import java.util.List;
import java.util.Locale;

/** What comes into a handler that runs. */
final class NestingAnswers {
  private static final long MESSAGES = 0xFEE0_0000L;
  private static final int NMI_MESSAGE = 0x400;
  private static final int OUTER = 0x51;
  private static final String ROW = "  %-34s  %-11s %-11s %-11s %s";

  private NestingAnswers() {}

  /** CPU-001, LAPIC-009, CPU-005: gate type, then class, then NMI. */
  static String doTheyNest() {
    StringBuilder table = new StringBuilder();
    table.append("What arrives 5 us into a handler of class 5, and when it runs:\n");
    table.append(row("the handler", "class 4", "class 5", "class 6", "NMI"));
    table.append(row("interrupt gate", false, false));
    table.append(row("interrupt gate, and executes STI", false, true));
    table.append(row("trap gate", true, false));
    table.append(
        row(
            "NMI handler",
            nests(2, Idt.Gate.INTERRUPT, false, 0x41),
            nests(2, Idt.Gate.INTERRUPT, false, 0x58),
            nests(2, Idt.Gate.INTERRUPT, false, 0x61),
            nests(2, Idt.Gate.INTERRUPT, false, NMI_MESSAGE)));
    table.append(
        "An interrupt nests when IF is 1 and its class is higher; an NMI in all but NMI.\n");
    return table.toString();
  }

  private static String row(String name, boolean trap, boolean sti) {
    Idt.Gate gate = trap ? Idt.Gate.TRAP : Idt.Gate.INTERRUPT;
    return row(
        name,
        nests(OUTER, gate, sti, 0x41),
        nests(OUTER, gate, sti, 0x58),
        nests(OUTER, gate, sti, 0x61),
        nests(OUTER, gate, sti, NMI_MESSAGE));
  }

  private static String row(String name, String a, String b, String c, String d) {
    return String.format(Locale.ROOT, ROW, name, a, b, c, d) + "\n";
  }

  // Whether the second one runs inside the handler of the first.
  private static String nests(int outer, Idt.Gate gate, boolean sti, int second) {
    ScriptedMachine machine = new ScriptedMachine("cpus = 1");
    List<Move> handler =
        Moves.steps(
            sti ? Step.STI : Step.compute(0),
            Moves.workNs(20_000),
            outer == 2 ? Step.compute(0) : Step.EOI,
            Step.IRET);
    machine.cpu(0).gate(outer, gate).handler(outer, handler);
    machine.start().run(1_000_000);
    machine.message(MESSAGES, outer == 2 ? NMI_MESSAGE : outer);
    machine.run(5_000_000);
    machine.message(MESSAGES, second);
    machine.run(100_000_000);
    if (machine.trace().size() != 2) {
      return "lost";
    }
    return machine.core(0).value("stack.interrupts.max") == 2 ? "nests" : "after IRET";
  }

  /** CPU-005: one in service and one latched. */
  static String tenNmis() {
    ScriptedMachine machine = new ScriptedMachine("cpus = 1");
    machine.cpu(0).handler(2, Moves.steps(Moves.workNs(50_000), Step.IRET));
    machine.start().run(1_000_000);
    machine.message(MESSAGES, NMI_MESSAGE);
    machine.run(5_000_000);
    for (int i = 0; i < 10; i++) {
      machine.message(MESSAGES, NMI_MESSAGE);
    }
    machine.run(5_000_000);
    int inside = machine.count("cpu0 nmi");
    machine.run(200_000_000);
    return "Ten NMIs arrive while the handler of an NMI runs.\n"
        + "  runs before its IRET:  "
        + inside
        + "\n  runs in all:           "
        + machine.count("cpu0 nmi")
        + "\n  collapsed:             "
        + machine.ledger().fate(Fate.COLLAPSED_LATCH)
        + "\nOne is latched until IRET; the other nine collapse with it.\n";
  }
}
