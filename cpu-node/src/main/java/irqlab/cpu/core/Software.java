package irqlab.cpu.core;

import irqlab.protocol.CpuMessage;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** The software of one core: which program runs when. Part of the core's state; one owner. */
public interface Software {
  /** What runs from reset, at the bottom of the stack; it never ends. */
  Program start();

  /**
   * The handler for a vector that the core has acknowledged.
   *
   * @param spurious the local APIC had nothing to give
   * @param id the interrupt, or 0
   * @param raisedPs intended time of the raise
   */
  Program interrupt(CoreView core, int vector, boolean spurious, long id, long raisedPs);

  /**
   * The handler of vector 2: NMI, INT 2, or vector 2 by INTR; the last two have no id (CPU-006).
   */
  Program nmi(CoreView core, long id, long raisedPs);

  /** The handler of SMI, in system management mode; it ends with IRET, here RSM. */
  Program smi(CoreView core, long id, long raisedPs);

  /** The code at the start address of a STARTUP. */
  Program startup(CoreView core, int page);

  /**
   * The program at the reset vector, where the boot CPU goes on after an INIT (CPU-011); null for a
   * CPU that then waits for STARTUP.
   */
  default Program reset(CoreView core) {
    return null;
  }

  /**
   * The handler of an exception: 8 #DF, 11 #NP, 13 #GP, 14 #PF. Null when there is none: a program
   * whose access faulted is then told by {@link Step#FAULT}, and a core that can enter neither #NP
   * nor #DF shuts down.
   *
   * @param code the error code that the processor pushes
   */
  default Program exception(CoreView core, int vector, int code) {
    return null;
  }

  /** The interrupt descriptor table in force. */
  default Idt idt() {
    return Idt.interruptGates();
  }

  /** Work for task context; null when there is none to do. */
  Program task(CoreView core, CpuMessage.Task task);

  /** A request of the kernel; a program to run in task context, or null when it is done at once. */
  Program request(CoreView core, CpuMessage.Request request);

  /** Makes a program of this kind and reads its state. */
  Program load(int kind, StateReader in);

  /** Writes the software's own state. */
  void save(StateWriter out);

  /** Reads what {@link #save} wrote. */
  void load(StateReader in);

  /** Shows counts and tables. */
  void inspect(Inspector out);
}
