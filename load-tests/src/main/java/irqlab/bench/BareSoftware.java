package irqlab.bench;

import irqlab.cpu.core.CoreView;
import irqlab.cpu.core.Program;
import irqlab.cpu.core.Software;
import irqlab.cpu.core.Step;
import irqlab.protocol.CpuMessage;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** Software without an operating system: every handler writes EOI and returns. */
final class BareSoftware implements Software {
  private final Program first;
  private final int cpu;
  private final Handler handler = new Handler();

  /** The shortest handler there is; one an instance is enough, since IF stays 0 in it. */
  private static final class Handler implements Program {
    private boolean acknowledged;

    @Override
    public Step resume(CoreView core, long answer) {
      acknowledged = !acknowledged;
      return acknowledged ? Step.EOI : Step.IRET;
    }

    @Override
    public int kind() {
      return 2;
    }

    @Override
    public void save(StateWriter out) {
      out.putBoolean(acknowledged);
    }
  }

  BareSoftware(int cpu, Program first) {
    this.cpu = cpu;
    this.first = first;
  }

  @Override
  public Program start() {
    return first;
  }

  @Override
  public Program interrupt(CoreView core, int vector, boolean spurious, long id, long raisedPs) {
    if (id != 0) {
      core.probe().handled(id, cpu, vector, core.nowPs() - raisedPs);
    }
    return handler;
  }

  @Override
  public Program nmi(CoreView core, long id, long raisedPs) {
    return handler;
  }

  @Override
  public Program smi(CoreView core, long id, long raisedPs) {
    return handler;
  }

  @Override
  public Program startup(CoreView core, int page) {
    return first;
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
    if (kind == 2) {
      handler.acknowledged = in.getBoolean();
      return handler;
    }
    return ((SelfIpiProgram) first).restored(in);
  }

  @Override
  public void save(StateWriter out) {}

  @Override
  public void load(StateReader in) {}

  @Override
  public void inspect(Inspector out) {}
}
