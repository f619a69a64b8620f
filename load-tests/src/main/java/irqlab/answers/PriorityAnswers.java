package irqlab.answers;

import irqlab.cpu.core.Step;
import irqlab.observe.Counter;
import java.util.List;
import java.util.stream.Collectors;

/** What priority classes, IRR and ISR do. */
final class PriorityAnswers {
  private static final long MESSAGES = 0xFEE0_0000L;
  private static final long SECOND_CPU = MESSAGES | (1 << 12);
  private static final long SETTLED_PS = 20_000_000;

  private PriorityAnswers() {}

  /** LAPIC-009: the class in service holds back itself and what is below it, on that CPU alone. */
  static String nobodyWritesEoi() {
    ScriptedMachine machine = new ScriptedMachine("cpus = 2");
    machine.cpu(0).handler(0x51, Moves.steps(Step.IRET));
    machine.start().run(SETTLED_PS);
    for (int vector : new int[] {0x51, 0x51, 0x58, 0x41, 0x61}) {
      machine.message(MESSAGES, vector);
      machine.run(SETTLED_PS);
    }
    for (int vector : new int[] {0x41, 0x51}) {
      machine.message(SECOND_CPU, vector);
      machine.run(SETTLED_PS);
    }
    return "The handler of 0x51 on cpu0 returned without EOI. Sent to cpu0 afterwards: 0x51, 0x58,\n"
        + "0x41, 0x61; to cpu1: 0x41, 0x51.\n"
        + "  ran:               "
        + String.join(", ", machine.trace())
        + "\n  cpu0 in service:   "
        + hex(machine.lapic(0).bits("isr"))
        + "\n  cpu0 waiting:      "
        + hex(machine.lapic(0).bits("irr"))
        + "\n  cpu1 waiting:      "
        + hex(machine.lapic(1).bits("irr"))
        + "\nOnly the same and lower classes wait, and only on that CPU.\n";
  }

  /** LAPIC-011; with {@code arbitration = fifo}, what it would be without priorities. */
  static String whichRunsFirst() {
    return "0x31, then 0xe1, sent while IF = 0.\n"
        + "  by priority (real parts):         "
        + order("priority")
        + "\n  first come (arbitration = fifo):  "
        + order("fifo")
        + "\nThe higher class runs first, whatever came first.\n";
  }

  private static String order(String arbitration) {
    ScriptedMachine machine = new ScriptedMachine("cpus = 1, lapic.arbitration = " + arbitration);
    machine
        .cpu(0)
        .main(Moves.steps(Step.CLI, Moves.workNs(20_000), Step.STI, Moves.workNs(20_000)));
    machine.start().run(1_000_000);
    machine.message(MESSAGES, 0x31);
    machine.run(5_000_000);
    machine.message(MESSAGES, 0xE1);
    machine.run(2 * SETTLED_PS);
    return String.join(", ", machine.trace());
  }

  /** LAPIC-003: at most one in service and one requested. */
  static String isItQueued() {
    ScriptedMachine machine = new ScriptedMachine("cpus = 1");
    machine.cpu(0).handler(0x51, Moves.steps(Moves.workNs(50_000), Step.EOI, Step.IRET));
    machine.start().run(1_000_000);
    machine.message(MESSAGES, 0x51);
    machine.run(5_000_000);
    for (int i = 0; i < 9; i++) {
      machine.message(MESSAGES, 0x51);
    }
    machine.run(5_000_000);
    Shown inside = machine.lapic(0);
    machine.run(10 * SETTLED_PS);
    return "0x51 sent once, and nine times more while its handler runs.\n"
        + "  in the handler:    ISR "
        + hex(inside.bits("isr"))
        + ", IRR "
        + hex(inside.bits("irr"))
        + "\n  collapsed in IRR:  "
        + machine.ledger().counter(Counter.IRR_COLLAPSED)
        + "\n  handler ran:       "
        + machine.count("cpu0 0x51")
        + " times for 10 messages\n"
        + "0x51, 0x52 and 0x53 sent while IF = 0:\n"
        + "  parts of today:    IRR "
        + classOfThree("xapic")
        + "\n  generation = p6:   IRR "
        + classOfThree("p6")
        + "\nOne in ISR and one in IRR are remembered, for each vector; the rest collapse. A P6 has\n"
        + "room for two of a class: the sender of the third tries again.\n";
  }

  private static String classOfThree(String generation) {
    ScriptedMachine machine = new ScriptedMachine("cpus = 1, lapic.generation = " + generation);
    machine.cpu(0).main(Moves.steps(Step.CLI, Moves.workNs(50_000), Step.STI));
    machine.start().run(1_000_000);
    for (int vector : new int[] {0x51, 0x52, 0x53}) {
      machine.message(MESSAGES, vector);
    }
    machine.run(5_000_000);
    String requested = hex(machine.lapic(0).bits("irr"));
    machine.run(10 * SETTLED_PS);
    return requested + "; then ran: " + String.join(", ", machine.trace());
  }

  static String hex(List<Integer> vectors) {
    return vectors.isEmpty()
        ? "none"
        : vectors.stream().map(v -> String.format("0x%02x", v)).collect(Collectors.joining(", "));
  }
}
