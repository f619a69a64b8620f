package irqlab.cpu.core;

import irqlab.observe.Fate;
import irqlab.observe.Probe;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/**
 * The one-deep latches of a core: NMI, SMI and INIT (CPU-005, CPU-010, CPU-013).
 *
 * <p>Model-specific: an idle core remembers one NMI, and one more while one is in service. A core
 * of ours takes a latched NMI at once when idle, so two NMIs to an idle core are both handled.
 *
 * <p><b>Not modelled:</b> virtual NMIs, machine checks, and INIT held off in VMX root operation.
 */
final class Latches {
  private boolean nmi;
  private long nmiId;
  private long nmiRaisedPs;
  private boolean nmiBlocked;
  private boolean smi;
  private long smiId;
  private long smiRaisedPs;
  private boolean smm;
  private boolean nmiBlockedBeforeSmm;
  private boolean init;
  private long initId;
  private long initRaisedPs;
  private long raisedPs;

  boolean any() {
    return nmi || smi || init;
  }

  void nmi(long id, long raised, Probe probe) {
    if (nmi) {
      collapse(id, probe);
      return;
    }
    nmi = true;
    nmiId = id;
    nmiRaisedPs = raised;
  }

  void smi(long id, long raised, Probe probe) {
    if (smi) {
      collapse(id, probe);
      return;
    }
    smi = true;
    smiId = id;
    smiRaisedPs = raised;
  }

  void init(long id, long raised, Probe probe) {
    if (init) {
      collapse(id, probe);
      return;
    }
    init = true;
    initId = id;
    initRaisedPs = raised;
  }

  boolean nmiReady() {
    return nmi && !nmiBlocked;
  }

  boolean smiReady() {
    return smi && !smm;
  }

  boolean initReady(boolean inSmm) {
    return init && !inSmm;
  }

  long takeNmi() {
    nmi = false;
    nmiBlocked = true;
    raisedPs = nmiRaisedPs;
    long id = nmiId;
    nmiId = 0;
    return id;
  }

  long takeSmi() {
    smi = false;
    smm = true;
    nmiBlockedBeforeSmm = nmiBlocked;
    nmiBlocked = true;
    raisedPs = smiRaisedPs;
    long id = smiId;
    smiId = 0;
    return id;
  }

  long takeInit() {
    init = false;
    raisedPs = initRaisedPs;
    long id = initId;
    initId = 0;
    return id;
  }

  /** Intended time of the raise that was taken last. */
  long raisedPs() {
    return raisedPs;
  }

  // CPU-007: any IRET ends NMI blocking; only RSM ends system management mode.
  void left(int frameKind) {
    if (frameKind == Frame.SMM) {
      smm = false;
      nmiBlocked = nmiBlockedBeforeSmm;
    } else {
      nmiBlocked = false;
    }
  }

  void reset(Probe probe) {
    lose(nmi, nmiId, probe);
    lose(smi, smiId, probe);
    nmi = false;
    nmiId = 0;
    smi = false;
    smiId = 0;
    smm = false;
    nmiBlocked = false;
  }

  // A core that waits for STARTUP ignores NMI and SMI, and a further INIT changes nothing.
  void dropWhileWaiting(Probe probe) {
    reset(probe);
    if (init) {
      long id = takeInit();
      if (id != 0) {
        probe.closed(id, Fate.IGNORED);
      }
    }
  }

  private static void lose(boolean set, long id, Probe probe) {
    if (set && id != 0) {
      probe.closed(id, Fate.LOST_RESET);
    }
  }

  private static void collapse(long id, Probe probe) {
    if (id != 0) {
      probe.closed(id, Fate.COLLAPSED_LATCH);
    }
  }

  void inspect(Inspector out) {
    out.value("nmi.pending", nmi ? 1 : 0);
    out.value("nmi.blocked", nmiBlocked ? 1 : 0);
    out.value("smi.pending", smi ? 1 : 0);
    out.value("init.pending", init ? 1 : 0);
    pending(nmi, nmiId, "NMI latch", out);
    pending(smi, smiId, "SMI latch", out);
    pending(init, initId, "INIT latch", out);
  }

  private static void pending(boolean set, long id, String where, Inspector out) {
    if (set && id != 0) {
      out.pending(id, where);
    }
  }

  void save(StateWriter out) {
    out.putBoolean(nmi);
    out.putLong(nmiId);
    out.putLong(nmiRaisedPs);
    out.putBoolean(nmiBlocked);
    out.putBoolean(smi);
    out.putLong(smiId);
    out.putLong(smiRaisedPs);
    out.putBoolean(smm);
    out.putBoolean(nmiBlockedBeforeSmm);
    out.putBoolean(init);
    out.putLong(initId);
    out.putLong(initRaisedPs);
    out.putLong(raisedPs);
  }

  void load(StateReader in) {
    nmi = in.getBoolean();
    nmiId = in.getLong();
    nmiRaisedPs = in.getLong();
    nmiBlocked = in.getBoolean();
    smi = in.getBoolean();
    smiId = in.getLong();
    smiRaisedPs = in.getLong();
    smm = in.getBoolean();
    nmiBlockedBeforeSmm = in.getBoolean();
    init = in.getBoolean();
    initId = in.getLong();
    initRaisedPs = in.getLong();
    raisedPs = in.getLong();
  }
}
