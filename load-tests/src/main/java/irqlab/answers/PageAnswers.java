package irqlab.answers;

import irqlab.cpu.core.Step;

/** What the page at 0xFEE00000 is, and to whom. */
final class PageAnswers {
  private static final long PAGE = 0xFEE0_0000L;
  private static final int ID = 0x020;
  private static final int TPR = 0x080;
  private static final int EOI = 0x0B0;

  private PageAnswers() {}

  /** X2-005 and LAPIC-001: each CPU reaches its own local APIC at the same address. */
  static String onePageManyApics() {
    ScriptedMachine machine = new ScriptedMachine("cpus = 3");
    for (int cpu = 0; cpu < 3; cpu++) {
      machine
          .cpu(cpu)
          .main(
              Moves.steps(
                  Moves.store(PAGE + TPR, (cpu + 1) << 4),
                  Moves.load(PAGE + ID),
                  Moves.load(PAGE + TPR),
                  Moves.workNs(1)));
    }
    machine.start().run(10_000_000);
    StringBuilder text = new StringBuilder();
    text.append(
        "Each CPU writes its number + 1 to TPR[7:4] at 0xfee00080, then reads 0xfee00020\n");
    text.append("and 0xfee00080.\n");
    for (int cpu = 0; cpu < 3; cpu++) {
      text.append(
          String.format(
                  "  cpu%d: id 0x%08x, TPR 0x%02x",
                  cpu, machine.cpu(cpu).answers().get(1), machine.cpu(cpu).answers().get(2))
              + "\n");
    }
    return text.append("One address, and behind it the register of the CPU that asks.\n")
        .toString();
  }

  /** MSG-001: the same address from a device is a message whose bits 19:12 are a destination. */
  static String messageOrRegister() {
    ScriptedMachine machine = new ScriptedMachine("cpus = 2");
    machine.cpu(0).main(Moves.steps(Moves.store(PAGE + TPR, 0x31), Step.STI, Moves.workNs(50_000)));
    machine.start().run(5_000_000);
    String byCpu =
        String.format(
            "TPR of cpu0 = 0x%02x, handlers run: %d",
            machine.lapic(0).value("tpr"), machine.trace().size());
    machine.message(PAGE + TPR, 0x51);
    machine.message(PAGE + EOI + (1 << 12), 0x52);
    machine.run(20_000_000);
    return "  cpu0 stores 0x31 at 0xfee00080:     "
        + byCpu
        + "\n  a device stores 0x51 at 0xfee00080: "
        + String.format(
            "TPR of cpu0 = 0x%02x, ran: %s", machine.lapic(0).value("tpr"), machine.trace().get(0))
        + "\n  a device stores 0x52 at 0xfee010b0: ran: "
        + machine.trace().get(1)
        + "\nA CPU's store is a register access; a device's is a message to the APIC id in bits 19:12.\n";
  }
}
