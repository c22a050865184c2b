//! Windows services by their names (Win32, `CreateService`: up to 256 characters), named by the words beside them.

use super::labelled::Label;

pub const LABEL: Label = Label::of("service_name", &["service", "services"]);

#[cfg(test)]
mod tests {
    use super::super::labelled::announced;

    #[test]
    fn quoted_announced_or_made() {
        assert_eq!(announced("a service named WinUpdSvc, which"), Some(("service_name", "WinUpdSvc".to_string())));
        assert_eq!(announced("creates the service WinUpd32 and"), Some(("service_name", "WinUpd32".to_string())));
        assert_eq!(announced("the service WinUpd32 stopped"), None);
        assert_eq!(announced("customer service is good"), None);
    }
}
