import type { Statements } from './made-log.ts';

const PACKAGES = [
  'systemui',
  'phone',
  'browser',
  'mail',
  'maps',
  'camera',
  'gallery',
  'music',
  'clock',
  'notes',
  'store',
  'chat',
];
const CLASSES = ['Main', 'Detail', 'Login', 'Player', 'Search', 'Settings', 'Share', 'Splash', 'Web'];

/** System services of a phone. */
export const PHONE: Statements = [
  [
    12,
    (v) =>
      `acquire lock=${v.number()}, flags=0x${v.hex(1)}, tag="${v.skewed(['View Lock', 'Ack', 'AudioMix', '*launch*', 'Wake', 'NetworkStats'])}", name=com.example.${v.skewed(PACKAGES)}, ws=${v.pick(['null', `WorkSource{${v.number()}}`])}, uid=${v.number(20000)}, pid=${v.number(9999)}`,
  ],
  [
    12,
    (v) =>
      `release lock=${v.number()}, flg=0x${v.hex(1)}, tag="${v.skewed(['View Lock', 'Ack', 'AudioMix', '*launch*', 'Wake', 'NetworkStats'])}", name=com.example.${v.skewed(PACKAGES)}, ws=null, uid=${v.number(20000)}, pid=${v.number(9999)}`,
  ],
  [
    10,
    (v) =>
      `ready=${v.pick(['true', 'false'])},policy=${v.number(4)},wakefulness=${v.number(3)},wksummary=0x${v.hex(2)},bootcompleted=true,boostinprogress=${v.pick(['true', 'false'])},mode=false,manual=${v.number(99)},auto=-1,adj=0.0userId=0`,
  ],
  [
    8,
    (v) =>
      `setSystemUiVisibility vis=${v.hex(8)} mask=ffffffff oldVal=${v.number()} newVal=${v.number()} diff=${v.number()} fullscreenStackVis=0 dockedStackVis=0, fullscreenStackBounds=Rect(0, 0 - 720, ${v.number(2000)}), dockedStackBounds=Rect(0, 0 - 0, 0)`,
  ],
  [
    8,
    (v) =>
      `Skipping AppWindowToken{${v.hex(7)} token=Token{${v.hex(7)} ActivityRecord{${v.hex(7)} u0 com.example.${v.skewed(PACKAGES)}/.${v.skewed(CLASSES)}Activity t${v.number(999)}}}} -- going to hide`,
  ],
  [8, (v) => `getRunningAppProcesses: caller ${v.number(20000)} does not hold REAL_GET_TASKS; limiting output`],
  [
    6,
    (v) =>
      `interceptKeyTq keycode=${v.number(99)} interactive=${v.pick(['true', 'false'])} keyguardActive=${v.pick(['true', 'false'])} policyFlags=${v.number()} down ${v.pick(['true', 'false'])} canceled ${v.pick(['true', 'false'])} isWakeKey ${v.pick(['true', 'false'])} result ${v.number(2)}`,
  ],
  [
    6,
    (v) =>
      `animateCollapsePanels:flags=${v.number(3)}, force=${v.pick(['true', 'false'])}, delayed=${v.pick(['true', 'false'])}, mExpandedVisible=${v.pick(['true', 'false'])}`,
  ],
  [5, () => `startAnimation end`],
  [5, () => `startAnimation begin`],
  [5, () => 'cancelAutohide'],
  [5, (v) => `HBM brightnessOut =${v.number(99)}`],
  [
    5,
    (v) =>
      `Destroying surface Surface(name=com.example.${v.skewed(PACKAGES)}) called by com.android.server.wm.WindowStateAnimator.destroySurface:${v.number(3000)} com.android.server.wm.AppWindowToken.destroy:${v.number(900)}`,
  ],
  [
    4,
    (v) =>
      `printFreezingDisplayLogsopening app wtoken = AppWindowToken{${v.hex(7)} token=Token{${v.hex(7)} ActivityRecord{${v.hex(7)} u0 com.example.${v.skewed(PACKAGES)}/.${v.skewed(CLASSES)}Activity t${v.number(999)}}}}, allDrawn= ${v.pick(['true', 'false'])}, startingDisplayed =  ${v.pick(['true', 'false'])}, isRelaunching =  false`,
  ],
  [
    3,
    (v) =>
      `START u0 {act=android.intent.action.VIEW dat=content://example/${v.skewed(PACKAGES)} cmp=com.example.${v.skewed(PACKAGES)}/.${v.skewed(CLASSES)}Activity (has extras)} from uid ${v.number(20000)} on display 0`,
  ],
  [
    3,
    (v) =>
      `Killing ${v.number(9999)}:com.example.${v.skewed(PACKAGES)}/u0a${v.number(99)} (adj ${v.number(16)}): empty #${v.number(40)}`,
  ],
  [2, (v) => `mVisiblity.getValue is ${v.pick(['true', 'false'])}`],
  [2, (v) => `setLightsOn(${v.pick(['true', 'false'])})`],
  [2, (v) => `removeRemovalNotification key=0|com.example.${v.skewed(PACKAGES)}|${v.number()}|null|${v.number(20000)}`],
];

/** A pedometer on a phone. */
export const PEDOMETER: Statements = [
  [25, (v) => `onStandStepChanged ${v.number(9999)}`],
  [20, (v) => `onExtend:${v.number()}000 ${v.number(30)} 0 ${v.number(9)}`],
  [
    15,
    (v) =>
      `getTodayTotalDetailSteps = ${v.number()}##${v.number(9999)}##${v.number()}##${v.number(9999)}##${v.number()}`,
  ],
  [
    15,
    (v) => `setTodayTotalDetailSteps=${v.number()}##${v.number(9999)}##${v.number()}##${v.number(9999)}##${v.number()}`,
  ],
  [12, (v) => `calculateCaloriesWithCache totalCalories=${v.number()}`],
  [12, (v) => `calculateAltitudeWithCache totalAltitude=${v.number(900)}`],
  [10, (v) => ` REPORT : ${v.number(9999)} ${v.number(9999)} ${v.number()} ${v.number(300)}`],
  [6, () => 'processHandleBroadcastAction action:android.intent.action.TIME_TICK'],
  [4, () => 'processHandleBroadcastAction action:android.intent.action.SCREEN_ON'],
  [4, () => 'onReceive action: android.intent.action.SCREEN_OFF'],
  [4, () => 'onReceive action: android.intent.action.SCREEN_ON'],
  [3, () => 'flush sensor data'],
  [3, () => 'screen status unknown,think screen on'],
  [2, (v) => `upLoadHealthDataToEngine time=${v.number()},${v.number(9)},0,0`],
  [
    2,
    (v) =>
      `insertHiHealthData() bulkSaveDetailHiHealthData fail errorCode = ${v.number(9)},errorMessage = ERR_DATA_INSERT`,
  ],
  [1, () => `needAutoSync autoSyncSwitch is close`],
  [1, (v) => `initUserPrivacy the userPrivacy is ${v.pick(['true', 'false'])}`],
];

/** A laptop's kernel and daemons. */
export const LAPTOP: Statements = [
  [
    10,
    (v) =>
      `ARPT: ${v.number()}.${v.number()}: wl0: setup_keepalive: interval ${v.number(900)}, retry_interval ${v.number(90)}, retry_count ${v.number(9)}`,
  ],
  [8, (v) => `ARPT: ${v.number()}.${v.number()}: AirPort_Brcm43xx::powerChange: System Sleep `],
  [
    8,
    (v) =>
      `ARPT: ${v.number()}.${v.number()}: AirPort_Brcm43xx::powerChange: System Wake - Full Wake/ Dark Wake / Maintenance wake`,
  ],
  [8, (v) => `en${v.number(2)}: BSSID changed to ${Array.from({ length: 6 }, () => v.hex(2)).join(':')}`],
  [8, (v) => `en${v.number(2)}: channel changed to ${v.number(150)}`],
  [
    8,
    (v) =>
      `IOThunderboltSwitch<0>(0x${v.hex(1)})::listenerCallback - Thunderbolt HPD packet for route = 0x${v.hex(1)} port = ${v.number(12)} unplug = ${v.number(2)}`,
  ],
  [
    8,
    (v) =>
      `tcp_connection_tls_session_error_callback_imp ${v.number(2000)} __tcp_connection_tls_session_callback_write_block_invoke.434 error ${v.number(60)}`,
  ],
  [
    8,
    (v) =>
      `-[SOAppDelegate handleClaims:] Unexpected payload found for message ${v.number(99)}, dataLen ${v.number(9)}`,
  ],
  [
    8,
    (v) =>
      `com.example.${v.skewed(PACKAGES)}.harvest: scheduler_evaluate_activity told me to run this job; however, but the start time isn't for ${v.number()} seconds.  Ignoring.`,
  ],
  [
    8,
    (v) => `Sandbox: ${v.skewed(PACKAGES)}d(${v.number(9999)}) deny(1) mach-lookup com.example.${v.skewed(PACKAGES)}`,
  ],
  [
    6,
    (v) =>
      `could not find a window for pid ${v.number(9999)} of ${v.skewed(['Safari', 'Mail', 'Finder', 'Preview', 'Notes', 'Photos', 'Maps', 'Calendar', 'Music'])}`,
  ],
  [
    6,
    (v) =>
      `using process name ${v.skewed(['Safari', 'Mail', 'Finder', 'Preview', 'Notes', 'Photos', 'Maps', 'Calendar', 'Music'])} as bundle ID (this is expected for daemons without bundle ID)`,
  ],
  [5, (v) => `Location icon should now be in state '${v.pick(['Active', 'Inactive'])}'`],
  [5, (v) => `Service exited with abnormal code: ${v.number(255)}`],
  [4, (v) => `PM response took ${v.number(2999)} ms (${v.number(99)}, ${v.skewed(PACKAGES)}d)`],
  [4, (v) => `Wake reason: ${v.pick(['RTC', 'EC', 'XHC'])} (Alarm)`],
  [3, () => 'RTC: Maintenance wake requested'],
  [3, () => 'Previous sleep cause: 5'],
  [2, () => `Bluetooth -- LE is supported - Disable LE meta event`],
  [2, (v) => `Cocoa scripting error for '0x${v.hex(8)}': four character codes must be four characters long.`],
  [2, (v) => `Purged ${v.number(9)} items from <NSURL ${v.uuid()}>`],
];

/** Updates of an operating system. */
export const UPDATER: Statements = [
  [
    30,
    (v) =>
      `Read out cached package applicability for package: Package_for_KB${v.number()}~31bf${v.hex(12)}~amd64~~6.1.1.${v.number(9)}, ApplicableState: ${v.number(200)}, CurrentState:${v.number(200)}`,
  ],
  [
    12,
    (v) =>
      `Session: ${v.number()}_${v.number()} initialized by client ${v.skewed(['WindowsUpdateAgent', 'SPP', 'DISM'])}.`,
  ],
  [10, () => 'Warning: Unrecognized packageExtended attribute.'],
  [8, (v) => `Expecting attribute name [HRESULT = 0x${v.hex(8)} - CBS_E_MANIFEST_INVALID_ITEM]`],
  [8, (v) => `Failed to get next element [HRESULT = 0x${v.hex(8)} - CBS_E_MANIFEST_INVALID_ITEM]`],
  [
    5,
    (v) =>
      `SQM: Failed to start upload with file pattern: C:\\Windows\\servicing\\sqm\\*_std.sqm, flags: 0x${v.number(9)} [HRESULT = 0x${v.hex(8)} - E_FAIL]`,
  ],
  [5, (v) => `SQM: Cleaning up report files older than ${v.number(30)} days.`],
  [
    5,
    (v) =>
      `SQM: Queued ${v.number(9)} file(s) for upload with pattern: C:\\Windows\\servicing\\sqm\\*_all.sqm, flags: 0x${v.number(9)}`,
  ],
  [
    5,
    (v) =>
      `Loaded Servicing Stack v6.1.${v.number()} with Core: C:\\Windows\\winsxs\\amd64_microsoft-windows-servicingstack_${v.hex(16)}\\cbscore.dll`,
  ],
  [
    5,
    (v) =>
      `${v.number()}@2016/9/${v.number(30)}:04:30:31.${v.number(999)} WcpInitialize (wcp.dll version 0.0.0.6) called (stack @0x${v.hex(8)} @0x${v.hex(8)})`,
  ],
  [5, () => `CSI perf trace:`],
  [5, () => `Idle processing thread terminated normally`],
  [4, (v) => `Ending the ${v.pick(['TrustedInstaller', 'TiWorker'])} main loop.`],
  [4, () => 'Starting TrustedInstaller initialization.'],
  [4, () => 'Ending TrustedInstaller initialization.'],
  [3, () => `Scavenge: Package store indicates there is no component to scavenge, skipping.`],
  [2, () => `Startup processing thread terminated normally`],
  [1, () => `NonStart: Success, startup processing not required as expected.`],
  [1, (v) => `Reboot mark refs incremented to: ${v.number(9)}`],
];
