package irqlab.answers;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Idt;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Software;
import irqlab.cpu.core.Step;
import irqlab.protocol.CpuMessage;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Software of scripts for one CPU. Set it up before the machine starts: what runs from reset, the
 * gates, and a handler for each vector. Vectors without one write EOI and return.
 *
 * <p>Every entry and return of a handler is written to the machine's trace.
 */
public final class ScriptedCpu implements Software {
  private static final int MAIN = 0;
  private static final int NMI = 2;
  private static final int SMI = 256;
  private static final int STARTUP = 257;
  private static final int RESET = 258;
  private static final int EXCEPTIONS = 260;
  private static final List<Move> RETURN = List.of(Move.step(Step.IRET));
  private static final List<Move> ACKNOWLEDGE = List.of(Move.step(Step.EOI), Move.step(Step.IRET));

  private final int cpu;
  private final List<String> trace;
  private final List<List<Move>> scripts = new ArrayList<>();
  private final List<Long> answers = new ArrayList<>();
  private List<Move> main;
  private Idt idt = Idt.interruptGates();

  ScriptedCpu(int cpu, List<String> trace) {
    this.cpu = cpu;
    this.trace = trace;
    for (int i = 0; i < EXCEPTIONS + 32; i++) {
      scripts.add(null);
    }
    main = List.of(Move.step(Step.STI));
  }

  /** What runs from reset; null for a CPU that waits for STARTUP. */
  public ScriptedCpu main(List<Move> moves) {
    main = moves;
    return this;
  }

  /** The handler of a vector; it must end with IRET. Vector 2 is also the one of NMI. */
  public ScriptedCpu handler(int vector, List<Move> moves) {
    scripts.set(vector, moves);
    return this;
  }

  /** The handler of SMI. */
  public ScriptedCpu smi(List<Move> moves) {
    scripts.set(SMI, moves);
    return this;
  }

  /** What runs after STARTUP. */
  public ScriptedCpu startup(List<Move> moves) {
    scripts.set(STARTUP, moves);
    return this;
  }

  /** What runs at the reset vector after INIT, which makes this the boot CPU. */
  public ScriptedCpu reset(List<Move> moves) {
    scripts.set(RESET, moves);
    return this;
  }

  /** The handler of an exception, 0 to 31. */
  public ScriptedCpu exception(int vector, List<Move> moves) {
    scripts.set(EXCEPTIONS + vector, moves);
    return this;
  }

  /** The gate of a vector. */
  public ScriptedCpu gate(int vector, Idt.Gate gate) {
    idt = idt.with(vector, gate);
    return this;
  }

  /** What the steps of the main script answered, in order. */
  public List<Long> answers() {
    return List.copyOf(answers);
  }

  @Override
  public Program start() {
    return main == null ? null : new Script(MAIN, main, answers, 0);
  }

  @Override
  public Program interrupt(CoreView core, int vector, boolean spurious, long id, long raisedPs) {
    if (spurious) {
      return begin("spurious", vector, RETURN);
    }
    if (id != 0) {
      core.probe().handled(id, cpu, vector, core.nowPs() - raisedPs);
    }
    return begin(String.format("0x%02x", vector), vector, ACKNOWLEDGE);
  }

  @Override
  public Program nmi(CoreView core, long id, long raisedPs) {
    if (id != 0) {
      core.probe().handled(id, cpu, NMI, core.nowPs() - raisedPs);
    }
    return begin("nmi", NMI, RETURN);
  }

  @Override
  public Program smi(CoreView core, long id, long raisedPs) {
    if (id != 0) {
      core.probe().handled(id, cpu, 0, core.nowPs() - raisedPs);
    }
    return begin("smi", SMI, RETURN);
  }

  @Override
  public Program startup(CoreView core, int page) {
    return begin(String.format("startup 0x%02x", page), STARTUP, List.of());
  }

  @Override
  public Program reset(CoreView core) {
    return scripts.get(RESET) == null ? null : begin("reset", RESET, List.of());
  }

  @Override
  public Program exception(CoreView core, int vector, int code) {
    int number = EXCEPTIONS + vector;
    return scripts.get(number) == null ? null : begin("exception " + vector, number, RETURN);
  }

  private Program begin(String name, int number, List<Move> otherwise) {
    trace.add("cpu" + cpu + " " + name);
    List<Move> moves = scripts.get(number) == null ? otherwise : scripts.get(number);
    return new Script(number, moves, null, 0);
  }

  @Override
  public Idt idt() {
    return idt;
  }

  @Override
  public Program task(CoreView core, CpuMessage.Task task) {
    return null;
  }

  @Override
  public Program request(CoreView core, CpuMessage.Request request) {
    return null;
  }

  @Override
  public Program load(int kind, StateReader in) {
    int number = in.getInt();
    int at = in.getInt();
    if (number == MAIN) {
      return new Script(MAIN, main, answers, at);
    }
    List<Move> moves = scripts.get(number);
    return new Script(number, moves == null ? ACKNOWLEDGE : moves, null, at);
  }

  @Override
  public void save(StateWriter out) {
    out.putInt(answers.size());
    answers.forEach(out::putLong);
  }

  @Override
  public void load(StateReader in) {
    answers.clear();
    for (int left = in.count(8); left > 0; left--) {
      answers.add(in.getLong());
    }
  }

  @Override
  public void inspect(Inspector out) {
    out.value("script.answers", answers.size());
  }
}
