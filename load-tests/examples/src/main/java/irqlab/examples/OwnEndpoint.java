package irqlab.examples;

import irqlab.cluster.Machine;
import irqlab.cluster.VirtualMachine;
import irqlab.observe.Ledger;
import irqlab.pcie.endpoint.EndpointContext;
import irqlab.pcie.endpoint.EndpointModel;
import irqlab.protocol.EndpointMessage;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import irqlab.topology.Topology;

/** (b) A PCIe device of one's own, as plain code. */
public final class OwnEndpoint {
  // begin
  /** Twice at once at entry 0, which must collapse; 500 ns after the driver looked, at entry 1. */
  static final class Fpga implements EndpointModel {
    private final long[] unserved = new long[2];

    @Override
    public void command(EndpointMessage.Command command, EndpointContext context) {
      raise(0, context);
      raise(0, context);
    }

    @Override
    public long mmioRead(int offset, EndpointContext context) {
      int entry = offset / 8;
      long served = unserved[entry];
      unserved[entry] = 0;
      if (entry == 0 && served != 0) {
        context.alarm(500_000, 0, 0); // picoseconds
      }
      return served;
    }

    @Override
    public void alarm(int what, long data, EndpointContext context) {
      raise(1, context);
    }

    private void raise(int entry, EndpointContext context) {
      unserved[entry]++;
      context.raise(entry, context.nowPs());
    }

    @Override
    public void mmioWrite(int offset, long value, EndpointContext context) {}

    @Override
    public void save(StateWriter out) {
      out.putLongs(unserved);
    }

    @Override
    public void load(StateReader in) {
      System.arraycopy(in.getLongs(), 0, unserved, 0, 2);
    }

    @Override
    public void inspect(Inspector out) {
      out.value("unserved", unserved[0] + unserved[1]);
    }
  }

  /** Runs 100 us of a machine that has one. */
  static Ledger run() {
    Topology topology =
        Topology.parse(
            "machine { cpus = 1 }, endpoints = [ "
                + "{ name = fpga0, vectors = 2, handler { cost = 1us, drain = 100ns } } ]");
    VirtualMachine machine = Machine.of(topology).endpoint("fpga0", Fpga::new).onBoard();
    machine.boot();
    machine.external("fpga0").raise(0);
    machine.advance(100_000_000);
    return machine.finish();
  }

  // end

  private OwnEndpoint() {}
}
