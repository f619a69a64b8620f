package irqlab.scenario;

/**
 * One write to {@code /sys/devices/system/cpu/cpuN/online}.
 *
 * @param cpu from 1; CPU 0 does not leave
 * @param atPs after the end of boot
 * @param online whether it comes or goes
 */
public record CpuMoveSpec(int cpu, long atPs, boolean online) {}
