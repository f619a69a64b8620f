package irqlab.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Executes the steps of one vector on a fresh machine and notes what is not as recorded. */
final class ApicReplay {
  private static final int WINDOWS_MAX = 100_000;

  /** Expectations that are compared as state, or in every step. */
  private static final Set<String> STATE = Set.of("cpu", "rte", "pic", "nmi");

  private final ApicVector vector;
  private final ApicMachine machine;
  private final ApicState state;
  private final List<Difference> differences = new ArrayList<>();
  private final boolean checksBooks;
  private final Set<String> compared = new HashSet<>();
  private int number;
  private JsonNode step;

  /**
   * A replay.
   *
   * @param latches of the IO-APIC, see {@link ApicMachine#resetIoApic}; null for none
   */
  ApicReplay(ApicVector vector, byte[] latches) {
    this.vector = vector;
    // A latch that comes from another machine has a name that this one's books do not know.
    checksBooks = latches == null;
    machine = new ApicMachine(vector.machine(), latches);
    state = new ApicState(vector);
  }

  /** Runs the vector. Errors: {@link MalformedVectorException}. */
  List<Difference> run() {
    for (number = 0; number < vector.steps().size(); number++) {
      step = vector.steps().get(number);
      int[] nmis = nmis();
      compared.clear();
      execute(op());
      compareNmis(nmis);
      compareRest();
      state.expect(step.get("expect"));
      state.compare(machine, number, op(), differences);
    }
    state.expectLast(vector.last());
    state.compare(machine, number, "final", differences);
    if (checksBooks && !machine.balanced()) {
      differences.add(new Difference(number, "final", -1, "ledger", "balanced", "not balanced"));
    }
    return differences;
  }

  /** What the IO-APIC carries over to the next vector, after the run. */
  byte[] latches() {
    return machine.resetIoApic();
  }

  private String op() {
    return step.get("op").asText();
  }

  private void execute(String op) {
    switch (op) {
      case "lapic_write" -> machine.write(cpu(), word("offset"), value());
      case "lapic_read" -> result("value", machine.read(cpu(), word("offset")));
      case "enter_x2apic" -> enterX2Apic();
      case "msr_write", "msr_read" -> accessMsr(op.equals("msr_write"));
      case "accept" -> accept();
      case "eoi" -> machine.endOfInterrupt(cpu());
      case "service" -> service();
      case "send_ipi" -> machine.sendIpi(cpu(), ApicVector.word(step, "icr"));
      case "msi" -> machine.message(ApicVector.word(step, "address"), word("data"));
      case "timer_start_and_wait" -> startTimer();
      case "timer_periodic_two_expiries" -> twoExpiries();
      case "let_time_pass" -> machine.letTimePass();
      case "watch_start" -> cpu();
      case "wait_started" -> result("started", Boolean.toString(started()));
      case "started_at" -> result("page", machine.core(cpu()).page());
      default -> executeOnChips(op);
    }
  }

  private void executeOnChips(String op) {
    switch (op) {
      case "ioapic_write_rte" -> {
        machine.ioApicWrite(entry() + 1, value() >>> 32);
        machine.ioApicWrite(entry(), value());
      }
      case "ioapic_write_rte_low" -> machine.ioApicWrite(entry(), value());
      case "ioapic_write_rte_high" -> machine.ioApicWrite(entry() + 1, value());
      case "ioapic_write" -> machine.ioApicWrite(word("index"), value());
      case "ioapic_read" -> result("value", machine.ioApicRead(word("index")));
      case "ioapic_pin" -> machine.ioApicPin(word("pin"), asserted());
      case "ioapic_eoi" -> machine.ioApicEoi(vectorNumber());
      case "pic_irq" -> machine.picLine(ApicVector.number(step, "irq", 0, 15), asserted());
      case "pic_init" -> initialisePic();
      case "port_write" -> machine.portWrite(word("port"), (int) value());
      case "port_read" -> result("value", machine.portRead(word("port")));
      case "pic_poll" -> poll(0x0C);
      case "pic_read_status" -> poll(statusCommand());
      default -> throw new MalformedVectorException("op=" + op + " is not known");
    }
  }

  private void enterX2Apic() {
    for (int cpu : cpus("cpus")) {
      machine.enterX2Apic(cpu);
    }
  }

  private void accessMsr(boolean write) {
    int cpu = cpu();
    int what = write ? HarnessCore.MSR_WRITE : HarnessCore.MSR_READ;
    machine.task(cpu, what, word("msr"), write ? value() : 0);
    boolean fault = machine.core(cpu).fault();
    result("gp", Boolean.toString(fault));
    if (!write) {
      result("value", fault ? "#GP" : ApicState.hex(machine.core(cpu).value()));
    }
  }

  private void accept() {
    int taken = machine.accept(cpu());
    result("vector", taken == HarnessCore.NONE ? "null" : Integer.toString(taken));
  }

  // A window until nothing deliverable is left; a handler ends its own interrupt when it returns.
  private void service() {
    int cpu = cpu();
    boolean nested = step.path("nested").asBoolean(false);
    List<String> entries = new ArrayList<>();
    Deque<Integer> running = new ArrayDeque<>();
    for (int left = WINDOWS_MAX; left > 0; left--) {
      boolean open = nested || running.isEmpty();
      int taken = open && machine.core(cpu).intr() ? machine.accept(cpu) : HarnessCore.NONE;
      if (taken != HarnessCore.NONE) {
        running.push(taken);
        entries.add(nested ? "enter " + taken : Integer.toString(taken));
      } else if (running.isEmpty()) {
        break;
      } else {
        machine.endOfInterrupt(cpu);
        int ended = running.pop();
        if (nested) {
          entries.add("return " + ended);
        }
      }
    }
    result("entries", entries.toString());
  }

  private void startTimer() {
    int cpu = cpu();
    boolean arrived = machine.startTimer(cpu, ApicVector.word(step, "initial"), vectorNumber());
    if (step.path("then_stop").asBoolean(false)) {
      machine.stopTimer(cpu);
    }
    result("arrived", Boolean.toString(arrived));
  }

  private void twoExpiries() {
    int cpu = cpu();
    int timerVector = vectorNumber();
    boolean arrived = machine.startTimer(cpu, ApicVector.word(step, "initial"), timerVector);
    int taken = machine.accept(cpu);
    machine.endOfInterrupt(cpu);
    boolean again = machine.waitFor(cpu, timerVector);
    machine.stopTimer(cpu);
    result("arrived", Boolean.toString(arrived && again));
    result("vector", taken == HarnessCore.NONE ? "null" : Integer.toString(taken));
  }

  private boolean started() {
    for (int cpu : step.has("cpus") ? cpus("cpus") : List.of(cpu())) {
      if (!machine.core(cpu).responding()) {
        return false;
      }
    }
    return true;
  }

  // ICW1 goes to the command port, the rest to the data port.
  private void initialisePic() {
    int command = chipPort();
    int port = command;
    JsonNode words = ApicVector.field(step, "icw");
    if (!words.isArray()) {
      throw new MalformedVectorException("icw=" + words + " is not a list");
    }
    for (int i = 0; i < words.size(); i++) {
      machine.portWrite(port, (int) ApicVector.word("icw[" + i + "]", words.get(i)));
      port = command + 1;
    }
  }

  private void poll(int ocw3) {
    int command = chipPort();
    machine.portWrite(command, ocw3);
    result("value", machine.portRead(command));
  }

  // OCW3: 0x0A selects IRR, 0x0B ISR. Recorders write the command, or the name of the register.
  private int statusCommand() {
    for (JsonNode field : step) {
      switch (field.asText()) {
        case "irr", "IRR", "0x0a", "0x0A", "0xa", "10" -> {
          return 0x0A;
        }
        case "isr", "ISR", "0x0b", "0x0B", "0xb", "11" -> {
          return 0x0B;
        }
        default -> {
          // another field
        }
      }
    }
    throw new MalformedVectorException("pic_read_status names neither IRR nor ISR");
  }

  private int chipPort() {
    return switch (ApicVector.text(step, "chip")) {
      case "master" -> 0x20;
      case "slave" -> 0xA0;
      default -> throw new MalformedVectorException("chip=" + step.get("chip") + " is not known");
    };
  }

  private int[] nmis() {
    int[] counts = new int[machine.cpus()];
    for (int cpu = 0; cpu < counts.length; cpu++) {
      counts[cpu] = machine.core(cpu).nmis();
    }
    return counts;
  }

  // Whoever took one in this step; when a step does not say, nobody did.
  private void compareNmis(int[] before) {
    List<Integer> took = new ArrayList<>();
    for (int cpu = 0; cpu < before.length; cpu++) {
      if (machine.core(cpu).nmis() > before[cpu]) {
        took.add(cpu);
      }
    }
    JsonNode expected = step.get("expect").get("nmi");
    compare("nmi", expected == null ? "[]" : ApicState.text(expected), took.toString());
  }

  private void result(String name, long actual) {
    result(name, ApicState.hex(actual));
  }

  // A result that this replay does not know is not silently as recorded.
  private void compareRest() {
    step.get("expect")
        .properties()
        .forEach(
            expected -> {
              String name = expected.getKey();
              if (!STATE.contains(name) && !compared.contains(name)) {
                compare(name, ApicState.text(expected.getValue()), "not known here");
              }
            });
  }

  private void result(String name, String actual) {
    compared.add(name);
    JsonNode expected = step.get("expect").get(name);
    if (expected != null) {
      compare(name, ApicState.text(expected), actual);
    }
  }

  private void compare(String name, String expected, String actual) {
    if (!ApicState.same(expected, actual)) {
      differences.add(new Difference(number, op(), -1, name, expected, actual));
    }
  }

  private int cpu() {
    return ApicVector.number(step, "cpu", 0, machine.cpus() - 1);
  }

  private List<Integer> cpus(String name) {
    List<Integer> listed = new ArrayList<>();
    for (JsonNode cpu : ApicVector.field(step, name)) {
      if (!cpu.isIntegralNumber() || cpu.asInt() < 0 || cpu.asInt() >= machine.cpus()) {
        throw new MalformedVectorException(name + " has " + cpu + ", which is not a CPU");
      }
      listed.add(cpu.asInt());
    }
    return listed;
  }

  private int word(String name) {
    return (int) ApicVector.word(step, name);
  }

  private long value() {
    return ApicVector.word(step, "value");
  }

  private int vectorNumber() {
    return ApicVector.number(step, "vector", 0, 255);
  }

  private int entry() {
    return 0x10 + 2 * ApicVector.number(step, "pin", 0, 239);
  }

  private boolean asserted() {
    JsonNode asserted = ApicVector.field(step, "asserted");
    if (!asserted.isBoolean()) {
      throw new MalformedVectorException("asserted=" + asserted + " is not true or false");
    }
    return asserted.asBoolean();
  }
}
