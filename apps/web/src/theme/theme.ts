import { createTheme } from '@mui/material/styles';
import { DARK, LIGHT, type Tokens } from './tokens.ts';

const SANS = '"Inter Variable", Inter, system-ui, sans-serif';

const palette = (tokens: Tokens) => ({
  primary: { main: tokens.ink, contrastText: tokens.card },
  secondary: { main: tokens.guard },
  error: { main: tokens.deny },
  warning: { main: tokens.high },
  info: { main: tokens.accent },
  success: { main: tokens.allow },
  background: { default: tokens.bg, paper: tokens.card },
  text: { primary: tokens.ink, secondary: tokens.ink2, disabled: tokens.ink3 },
  divider: tokens.line,
});

/** MUI with this product's colours, type and shapes: no elevation, no upper case, no ripple. */
export const theme = createTheme({
  cssVariables: { colorSchemeSelector: '[data-scheme=%s]', cssVarPrefix: 'ao' },
  colorSchemes: { light: { palette: palette(LIGHT) }, dark: { palette: palette(DARK) } },
  shape: { borderRadius: 7 },
  typography: { fontFamily: SANS, fontSize: 14, button: { textTransform: 'none', fontWeight: 600, letterSpacing: 0 } },
  components: {
    MuiButtonBase: { defaultProps: { disableRipple: true, disableTouchRipple: true } },
    MuiButton: {
      defaultProps: { disableElevation: true, variant: 'outlined', size: 'small' },
      styleOverrides: {
        root: {
          height: 32,
          padding: '0 12px',
          gap: 8,
          whiteSpace: 'nowrap',
          font: `600 13px/30px ${SANS}`,
          color: 'var(--ink)',
          background: 'var(--card)',
          border: '1px solid var(--line2)',
          minWidth: 0,
          '&:hover': { background: 'var(--sunk)', borderColor: 'var(--ink3)' },
          '&.MuiButton-contained': { background: 'var(--ink)', color: 'var(--card)', borderColor: 'var(--ink)' },
          '&.MuiButton-contained:hover': { background: 'var(--ink2)' },
          '&.MuiButton-text': { background: 'transparent', borderColor: 'transparent' },
          '&.MuiButton-colorError': { color: 'var(--deny)' },
          '&.MuiButton-contained.MuiButton-colorError': {
            background: 'var(--deny)',
            borderColor: 'var(--deny)',
            color: 'var(--card)',
          },
          '&.Mui-disabled.Mui-disabled.Mui-disabled': {
            color: 'var(--ink3)',
            borderColor: 'var(--line)',
            background: 'var(--sunk)',
          },
          '&.MuiButton-contained kbd': {
            color: 'inherit',
            borderColor: 'currentColor',
            opacity: 0.75,
            background: 'transparent',
          },
        },
      },
    },
    MuiPaper: {
      defaultProps: { elevation: 0 },
      styleOverrides: { root: { backgroundImage: 'none', boxShadow: 'none' } },
    },
    MuiDialog: {
      styleOverrides: {
        paper: {
          border: '1px solid var(--line)',
          borderRadius: 12,
          boxShadow: '0 16px 48px #0003',
          margin: 16,
          background: 'var(--card)',
        },
      },
    },
    MuiBackdrop: { styleOverrides: { root: { '&:not(.MuiBackdrop-invisible)': { background: 'var(--overlay)' } } } },
    MuiDialogTitle: {
      styleOverrides: {
        root: { color: 'var(--ink)', font: `600 18px/26px ${SANS}`, letterSpacing: 0, padding: '18px 20px 6px' },
      },
    },
    MuiDialogContent: { styleOverrides: { root: { padding: '6px 20px 12px' } } },
    MuiDialogActions: { styleOverrides: { root: { padding: '12px 20px 18px', gap: 8 } } },
    MuiMenu: {
      styleOverrides: {
        paper: { border: '1px solid var(--line)', borderRadius: 9, boxShadow: '0 8px 28px #0003', minWidth: 220 },
      },
    },
    MuiMenuItem: {
      styleOverrides: {
        root: {
          fontSize: 14,
          lineHeight: '20px',
          minHeight: 34,
          gap: 10,
          '&.Mui-selected': { background: 'var(--sunk)', fontWeight: 600 },
        },
      },
    },
    MuiTooltip: {
      // The reason describes a button; without this it would replace the button's name.
      defaultProps: { enterDelay: 400, arrow: false, describeChild: true },
      styleOverrides: {
        tooltip: {
          background: 'var(--ink)',
          color: 'var(--card)',
          fontSize: 12,
          lineHeight: '17px',
          padding: '6px 9px',
          borderRadius: 6,
        },
      },
    },
    MuiTextField: { defaultProps: { size: 'small', fullWidth: true } },
    MuiOutlinedInput: {
      styleOverrides: {
        root: {
          background: 'var(--card)',
          '& .MuiOutlinedInput-notchedOutline': { borderColor: 'var(--line2)' },
          '&.Mui-disabled': { background: 'var(--sunk)' },
          '&.Mui-disabled .MuiOutlinedInput-notchedOutline': { borderColor: 'var(--line)' },
        },
        input: { padding: '8px 10px', fontSize: 14, lineHeight: '20px', height: 'auto' },
        multiline: { padding: 0 },
      },
    },
    MuiInputLabel: {
      styleOverrides: {
        root: {
          fontSize: 14,
          // 12 px in the outline, where MUI leaves it a notch of three quarters of 16 px.
          '&.MuiInputLabel-outlined.MuiInputLabel-shrink': {
            transform: `translate(14px, -9px) scale(${12 / 14})`,
            maxWidth: `calc(${(100 * 14) / 12}% - 32px)`,
          },
        },
      },
    },
    MuiSwitch: { styleOverrides: { track: { background: 'var(--ink3)' } } },
  },
});
