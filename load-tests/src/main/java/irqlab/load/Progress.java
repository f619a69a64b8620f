package irqlab.load;

/**
 * Where a run is.
 *
 * @param modelPs machine time
 * @param wallNs since the start
 * @param raised raises of devices
 * @param handled raises of devices for which a handler ran
 * @param collapsed raises of devices that merged into another
 * @param done true at the end
 */
public record Progress(
    long modelPs, long wallNs, long raised, long handled, long collapsed, boolean done) {}
